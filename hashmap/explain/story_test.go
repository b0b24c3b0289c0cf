package explain

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// list is a structure that any reader can check: keys in the order in which they came, the first four in one row, the others
// in a second. It lies in the way that lie says.
type list struct {
	keys []string
	lie  string
}

func (l *list) Len() int { return len(l.keys) }

func (l *list) Get(key string) (int, bool) { return 0, slices.Contains(l.keys, key) }

func (l *list) Set(key string, _ int) (int, bool) {
	if slices.Contains(l.keys, key) {
		return 0, false
	}
	l.keys = append(l.keys, key)
	return 0, true
}

func (l *list) Delete(key string) (int, bool) {
	i := slices.Index(l.keys, key)
	if i < 0 {
		return 0, false
	}
	l.keys = slices.Delete(l.keys, i, i+1)
	return 0, true
}

func (l *list) Layout() Layout {
	layout := Layout{Shape: "a list", Entries: len(l.keys)}
	if l.lie == "count" && len(l.keys) > 2 {
		layout.Entries++
	}
	for i, key := range l.keys {
		if i%4 == 0 {
			layout.Rows = append(layout.Rows, Row{ID: fmt.Sprint("row ", i/4), Name: fmt.Sprint("row ", i/4)})
		}
		row := &layout.Rows[len(layout.Rows)-1]
		row.Cells = append(row.Cells, Cell{ID: fmt.Sprint("slot ", i), State: Full, Key: key})
	}
	return layout
}

func (l *list) Trace(key string) (t Trace) {
	for i, k := range l.keys {
		t.Look("compared with "+k, fmt.Sprint("slot ", i))
		if k == key {
			t.Found, t.At = true, fmt.Sprint("slot ", i)
			break
		}
	}
	if l.lie == "found" && key == "c" {
		t.Found = false
	}
	if l.lie == "place" && t.Found && key == "c" {
		t.At = "slot 0"
	}
	return t
}

var script = []Line[string]{{Set, "a"}, {Set, "b"}, {Set, "c"}, {Set, "d"}, {Set, "e"}, {Set, "c"}, {Get, "c"}, {Get, "z"}, {Delete, "b"}, {Delete, "b"}}

func TestTell(t *testing.T) {
	story := &Story{}
	require.NoError(t, Tell(story, &list{}, script))
	var results []string
	for _, op := range story.Operations {
		results = append(results, op.Result)
	}
	assert.Equal(t, []string{"new", "new", "new", "new", "new", "value replaced", "found", "absent", "deleted", "absent"}, results)
	gone := story.Operations[8]
	assert.Equal(t, 2, gone.Looks)
	assert.Equal(t, []Step{
		{Looked, "compared with a", []string{"slot 0"}, 6},
		{Looked, "compared with b", []string{"slot 1"}, 6},
		{Moved, "c moves from slot 2 to slot 1", []string{"slot 2", "slot 1"}, 7},
		{Moved, "d moves from slot 3 to slot 2", []string{"slot 3", "slot 2"}, 7},
		{Moved, "e moves from slot 4 to slot 3", []string{"slot 4", "slot 3"}, 7},
		{Wrote, "b is gone", []string{"slot 1"}, 7},
	}, gone.Steps)
	assert.Equal(t, 7, gone.After)
}

// A structure that says something else than it does is no explanation.
func TestLiesAreErrors(t *testing.T) {
	for lie, want := range map[string]string{
		"found": "explain: set c: set in slot 2, and traced to",
		"place": "explain: set c: set in slot 2, and traced to",
		"count": "the layout has 4 entries in 3 full cells, the structure 3",
	} {
		assert.ErrorContains(t, Tell(&Story{}, &list{lie: lie}, script), want)
	}
	late := &list{}
	story := &Story{}
	require.NoError(t, Tell(story, late, script))
	late.lie = "found"
	assert.ErrorContains(t, Tell(story, late, []Line[string]{{Get, "c"}}), "the trace says that the key is there: false, the structure: true")
	late.lie = "place"
	assert.ErrorContains(t, Tell(story, late, []Line[string]{{Get, "c"}}), "traced to slot 0, and it is in slot 1")
}
