package tour

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"innards/hashmap/explain"
)

// Options choose a story.
type Options struct {
	_ struct{}

	Structure string
	Keys      string // the script, as in "a,b,?a,-b"; empty for one that shows the most
	Seed      uint64
	Hostile   int // so many keys that fall on one place, instead of Keys
}

// What a story may hold: beyond it nobody follows, and a page becomes slow.
const (
	mostLines   = 256
	mostHostile = 128
	longestKey  = 24 // longer strings are hashed by the runtime, under a seed that cannot be given
)

// Tell tells the story of the options.
func Tell(o Options) (*explain.Story, error) {
	s, err := find(o.Structure)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Hostile < 0 || o.Hostile > mostHostile:
		return nil, fmt.Errorf("explain: %d hostile keys: give a number up to %d", o.Hostile, mostHostile)
	case o.Hostile > 0 && !s.Hashed():
		return nil, fmt.Errorf("explain: %s hashes nothing, so that no keys are hostile to it: try openaddr, linear or chaining", s.Name)
	case o.Hostile > 0 && o.Keys != "":
		return nil, errors.New("explain: either keys of your own or hostile ones: leave out one of the two")
	}
	if s.numbers == nil {
		return tellArray(s, o)
	}
	if o.Hostile > 0 {
		keys := hostile(s, seedOf(o.Seed), o.Hostile, func(i int) int { return i })
		return telling(s, o, s.numbers(seedOf(o.Seed)), around(keys, 0))
	}
	if o.Keys == "" {
		return telling(s, o, s.numbers(seedOf(o.Seed)), usual(s))
	}
	words, err := split(o.Keys)
	if err != nil {
		return nil, err
	}
	if lines, ok := numbers(words); ok {
		return telling(s, o, s.numbers(seedOf(o.Seed)), lines)
	}
	return telling(s, o, s.strings(seedOf(o.Seed)), words)
}

// usual is the script of those who give none: two resizes, look-ups of keys that were displaced, deletions in their way. The
// numbers are such as nobody takes for places.
func usual(s Structure) []explain.Line[int] {
	script := "42,7,19,64,3,88,51,26,95,12,70,33,58,?42,?58,?100,-7,?7,-64,?58,64"
	switch s.Name {
	case "openaddr":
		script = "42,7,19,64,3,88,51,26,95,12,70,?70,33,?100,-12,?70,58,81,47,16,99,5,62,?5,29"
	case "chaining":
		script = "42,7,19,64,3,88,51,26,95,12,70,?70,33,58,81,47,16,99,5,62,29,?5,?100,-42,?42,42"
	case "bplustree":
		script = "10,20,30,40,50,60,70,80,25,65,52,54,?54,?55,27,-40,-25,-27"
	}
	words, _ := split(script)
	lines, _ := numbers(words)
	return lines
}

// around sets keys, looks two of them up and one that is absent, deletes the second and looks for the last again.
func around(keys []int, absent int) []explain.Line[int] {
	var script []explain.Line[int]
	for _, key := range keys {
		script = append(script, explain.Line[int]{Do: explain.Set, Key: key})
	}
	last := keys[len(keys)-1]
	for _, key := range []int{keys[0], last, absent} {
		script = append(script, explain.Line[int]{Do: explain.Get, Key: key})
	}
	second := keys[min(1, len(keys)-1)]
	return append(script, explain.Line[int]{Do: explain.Delete, Key: second}, explain.Line[int]{Do: explain.Get, Key: second},
		explain.Line[int]{Do: explain.Get, Key: last}, explain.Line[int]{Do: explain.Set, Key: second})
}

// split reads a script of strings.
func split(text string) ([]explain.Line[string], error) {
	var lines []explain.Line[string]
	for _, word := range strings.Split(text, ",") {
		line := explain.Line[string]{Do: explain.Set, Key: strings.TrimSpace(word)}
		if key, ok := strings.CutPrefix(line.Key, "?"); ok {
			line = explain.Line[string]{Do: explain.Get, Key: key}
		} else if key, ok := strings.CutPrefix(line.Key, "-"); ok {
			line = explain.Line[string]{Do: explain.Delete, Key: key}
		}
		switch {
		case line.Key == "":
			return nil, fmt.Errorf("explain: keys %.60q: an empty key: write a,b to set two keys, ?a to look one up, -a to delete it", text)
		case len(line.Key) > longestKey:
			return nil, fmt.Errorf("explain: key %.60q is longer than %d bytes: take a shorter one", line.Key, longestKey)
		case strings.ContainsFunc(line.Key, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }):
			return nil, fmt.Errorf("explain: key %q cannot be printed: take another", line.Key)
		}
		lines = append(lines, line)
	}
	if len(lines) > mostLines {
		return nil, fmt.Errorf("explain: %d operations: give up to %d", len(lines), mostLines)
	}
	return lines, nil
}

// numbers is the script with numbers for keys, if all of them are written as such.
func numbers(words []explain.Line[string]) ([]explain.Line[int], bool) {
	lines := make([]explain.Line[int], len(words))
	for i, word := range words {
		n, err := strconv.Atoi(word.Key)
		if err != nil || strconv.Itoa(n) != word.Key {
			return nil, false
		}
		lines[i] = explain.Line[int]{Do: word.Do, Key: n}
	}
	return lines, true
}

// write is the reverse of split.
func write[K any](script []explain.Line[K]) string {
	words := make([]string, len(script))
	for i, line := range script {
		words[i] = map[explain.Do]string{explain.Get: "?", explain.Delete: "-"}[line.Do] + fmt.Sprint(line.Key)
	}
	return strings.Join(words, ",")
}

// name gives the nodes of a tree short names, in the order in which they appear: they come under their addresses, which are
// others in each run.
func name(story *explain.Story) {
	names := map[string]string{}
	short := func(id string) string {
		rest, ok := strings.CutPrefix(id, "node 0x")
		if !ok {
			return id
		}
		address, place, _ := strings.Cut(rest, " ")
		if names[address] == "" {
			names[address] = fmt.Sprintf("node %d", len(names)+1)
		}
		return strings.TrimSpace(names[address] + " " + place)
	}
	for s := range story.States {
		for r := range story.States[s].Rows {
			row := &story.States[s].Rows[r]
			row.ID = short(row.ID)
			for c := range row.Cells {
				row.Cells[c].ID = short(row.Cells[c].ID)
			}
		}
	}
	for o := range story.Operations {
		for s := range story.Operations[o].Steps {
			at := story.Operations[o].Steps[s].At
			for i := range at {
				at[i] = short(at[i])
			}
		}
	}
}
