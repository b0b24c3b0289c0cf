package tour

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/hashmap/explain"
)

// randomScript sets, looks up and deletes keys of a small range, so that all three meet keys that are there and keys that
// are not.
func randomScript(rng *rand.Rand, n int, word bool) string {
	words := make([]string, n)
	for i := range words {
		words[i] = []string{"", "", "", "?", "-"}[rng.IntN(5)] + fmt.Sprint(rng.IntN(40))
		if word {
			words[i] += "x"
		}
	}
	return strings.Join(words, ",")
}

// TestTracesAreTrue lets explain.Tell compare what is traced with what the structures do: whether a key is there, in which
// cell, and what the layout holds afterwards. A wrong explanation is an error of Tell's.
func TestTracesAreTrue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range Structures() {
		for round := range 6 {
			word := round%2 == 1 && s.Name != "dynarray"
			o := Options{Structure: s.Name, Seed: rng.Uint64(), Keys: randomScript(rng, 150, word)}
			story, err := Tell(o)
			require.NoError(t, err, "%s, seed %d, keys %s", s.Name, o.Seed, o.Keys)
			assert.Equal(t, o.Keys, story.Keys)
			// The same again by a map of Go's.
			model := map[string]bool{}
			for _, op := range story.Operations {
				if s.Name == "dynarray" {
					break // may hold a value more than once
				}
				want := map[explain.Do]map[bool]string{
					explain.Set:    {true: "value replaced", false: "new"},
					explain.Get:    {true: "found", false: "absent"},
					explain.Delete: {true: "deleted", false: "absent"},
				}[op.Do][model[op.Key]]
				require.Equal(t, want, op.Result, "%s: %s %s", s.Name, op.Do, op.Key)
				switch op.Do {
				case explain.Set:
					model[op.Key] = true
				case explain.Delete:
					delete(model, op.Key)
				}
			}
		}
	}
}

// TestStepsPointSomewhere: whatever a step speaks of is in the layout that it shows.
func TestStepsPointSomewhere(t *testing.T) {
	for _, s := range Structures() {
		story, err := Tell(Options{Structure: s.Name, Seed: 1})
		require.NoError(t, err)
		for _, op := range story.Operations {
			assert.NotEmpty(t, op.Steps)
			for _, step := range op.Steps {
				known := map[string]bool{}
				for _, row := range story.States[step.State].Rows {
					known[row.ID] = true
					for _, cell := range row.Cells {
						assert.False(t, known[cell.ID], "%s: two cells are %q", s.Name, cell.ID)
						known[cell.ID] = true
					}
				}
				for _, at := range step.At {
					assert.True(t, known[at] || step.Kind == explain.Moved, "%s: %s %s: %q: no %q", s.Name, op.Do, op.Key, step.Say, at)
				}
			}
		}
	}
}

func steps(t *testing.T, story *explain.Story, kind explain.Kind) (all []string) {
	t.Helper()
	for _, op := range story.Operations {
		for _, step := range op.Steps {
			if step.Kind == kind {
				all = append(all, step.Say)
			}
		}
	}
	return all
}

// TestUsualScriptsShowWhatTheyAreFor: each has a collision, a resize and a deletion.
func TestUsualScriptsShowWhatTheyAreFor(t *testing.T) {
	for _, s := range Structures() {
		story, err := Tell(Options{Structure: s.Name, Seed: 1})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(steps(t, story, explain.Grew)), 2, s.Name)
		most, deleted := 0, false
		for _, op := range story.Operations {
			most = max(most, op.Looks)
			deleted = deleted || op.Result == "deleted"
		}
		assert.Greater(t, most, 1, "%s: no look-up goes beyond the first look", s.Name)
		assert.True(t, deleted, s.Name)
	}
}

// TestEssayOfTheTree: the operations of bplustree's essay end in the tree that it draws.
func TestEssayOfTheTree(t *testing.T) {
	story, err := Tell(Options{Structure: "bplustree", Keys: "10,20,30,40,50,60,70,80,25,65,52,54,27,-40,-25,-27"})
	require.NoError(t, err)
	var nodes []string
	for _, row := range story.States[len(story.States)-1].Rows {
		keys := []string{}
		for _, cell := range row.Cells {
			if cell.State != explain.Empty {
				keys = append(keys, cell.Key)
			}
		}
		nodes = append(nodes, strings.Join(keys, " "))
	}
	assert.Equal(t, []string{"50 60 70", "10 20 30", "50 52 54", "60 65", "70 80"}, nodes)
}

// TestHostileKeys: linear probing has to pass all the others, double hashing parts them, and a chain that is too long makes the
// map draw another seed.
func TestHostileKeys(t *testing.T) {
	looksOf := func(name string, n int) (looks int) {
		story, err := Tell(Options{Structure: name, Seed: 3, Hostile: n})
		require.NoError(t, err)
		for _, op := range story.Operations {
			if op.Do == explain.Set {
				looks = max(looks, op.Looks)
			}
		}
		return looks
	}
	assert.Equal(t, 25, looksOf("linear", 24), "24 keys and tombstones in a row, and an empty slot")
	assert.Less(t, looksOf("doublehash", 24), 12)

	story, err := Tell(Options{Structure: "chaining", Seed: 3, Hostile: 60})
	require.NoError(t, err)
	require.Len(t, steps(t, story, explain.Alarm), 1)
	assert.Contains(t, steps(t, story, explain.Alarm)[0], "another one is drawn")
}

func TestSameOptionsSameStory(t *testing.T) {
	for _, s := range Structures() {
		if s.Name == "dynarray" {
			continue // whether realloc moves a block is the C library's affair
		}
		o := Options{Structure: s.Name, Seed: 7, Keys: "pear,fig,plum,apple,lime,date,sloe,kiwi,nut,?fig,-fig,?kiwi"}
		a, err := Tell(o)
		require.NoError(t, err)
		b, err := Tell(o)
		require.NoError(t, err)
		assert.Equal(t, a, b)
		o.Seed = 8
		other, err := Tell(o)
		require.NoError(t, err)
		if s.Hashed() {
			assert.NotEqual(t, a.Operations, other.Operations, s.Name)
		}
	}
}

func TestText(t *testing.T) {
	for _, s := range Structures() {
		for _, o := range []Options{{Structure: s.Name}, {Structure: s.Name, Hostile: 20}, {Structure: s.Name, Keys: "a-rather-long-key-indeed,ключ,b,?b"}} {
			if o.Hostile > 0 && !s.Hashed() || o.Keys != "" && s.Name == "dynarray" {
				continue
			}
			story, err := Tell(o)
			require.NoError(t, err)
			var b bytes.Buffer
			require.NoError(t, WriteText(&b, story, true))
			for _, line := range strings.Split(plain(b.String()), "\n") {
				assert.LessOrEqual(t, utf8.RuneCountInString(line), columns, "%s: %q", s.Name, line)
			}
			encoded, err := json.Marshal(story)
			require.NoError(t, err)
			assert.Contains(t, string(encoded), `"schema":"innards.explain/1"`)
		}
	}
}

// plain takes the colours out.
func plain(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		if rest, ok := strings.CutPrefix(s, "\x1b["); ok {
			_, s, _ = strings.Cut(rest, "m")
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

func TestRefusals(t *testing.T) {
	for want, o := range map[string]Options{
		"no structure \"btree\": try one of openaddr": {Structure: "btree"},
		"an empty key":             {Structure: "linear", Keys: "a,,b"},
		"longer than 24 bytes":     {Structure: "linear", Keys: strings.Repeat("k", 25)},
		"cannot be printed":        {Structure: "linear", Keys: "a\x1b[2J"},
		"hashes nothing":           {Structure: "bplustree", Hostile: 3},
		"give a number up to":      {Structure: "linear", Hostile: 1000},
		"leave out one of the two": {Structure: "linear", Hostile: 3, Keys: "a"},
		"give up to 256":           {Structure: "linear", Keys: strings.Repeat("1,", 256) + "1"},
	} {
		_, err := Tell(o)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "\n")
	}
}
