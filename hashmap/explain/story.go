package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Do is what is done with a key.
type Do string

const (
	Set    Do = "set"
	Get    Do = "get"
	Delete Do = "delete"
)

// Line is one line of a script.
type Line[K any] struct {
	Do  Do
	Key K
}

// Subject is a structure that can be explained.
type Subject[K any] interface {
	Set(key K, value int) (old int, added bool)
	Get(key K) (int, bool)
	Delete(key K) (old int, deleted bool)
	Len() int
	Layout() Layout
	Trace(key K) Trace
}

// Kind says what a step is about.
type Kind string

const (
	Hashed Kind = "hash"
	Looked Kind = "look"
	Result Kind = "result"
	Grew   Kind = "grow"
	Alarm  Kind = "alarm"
	Marked Kind = "mark"
	Moved  Kind = "move"
	Wrote  Kind = "write"
)

// Step is one step of an operation.
type Step struct {
	Kind  Kind     `json:"kind"`
	Say   string   `json:"say"`
	At    []string `json:"at,omitempty"` // cells and rows that it speaks of
	State int      `json:"state"`        // the layout to look at: an index into the story's states
}

// Operation is what became of one line of the script.
type Operation struct {
	Do     Do     `json:"do"`
	Key    string `json:"key"`
	Result string `json:"result"`
	Looks  int    `json:"looks"` // cells and rows looked at before the result was known
	Steps  []Step `json:"steps"`
	After  int    `json:"after"` // the layout that it left
}

// Story is a script, told.
type Story struct {
	Schema     string      `json:"schema"` // innards.explain/1
	Structure  string      `json:"structure"`
	Title      string      `json:"title"`
	Seed       uint64      `json:"seed"`
	Keys       string      `json:"keys"` // the script, as it can be given again
	Operations []Operation `json:"operations"`
	States     []Layout    `json:"states"`
}

// Schema is what a story's JSON calls itself.
const Schema = "innards.explain/1"

// Steps counts all steps.
func (s *Story) Steps() (n int) {
	for _, op := range s.Operations {
		n += len(op.Steps)
	}
	return n
}

// Tell does the script's operations and adds their steps and layouts to the story. It fails where what was traced is not what
// happened.
func Tell[K comparable](story *Story, s Subject[K], script []Line[K]) error {
	if len(story.States) == 0 {
		story.States = append(story.States, s.Layout())
	}
	for _, line := range script {
		op, err := tell(story, s, line)
		if err != nil {
			return fmt.Errorf("explain: %s %v: %w", line.Do, line.Key, err)
		}
		story.Operations = append(story.Operations, op)
	}
	return nil
}

// tell does one operation.
func tell[K comparable](story *Story, s Subject[K], line Line[K]) (Operation, error) {
	op := Operation{Do: line.Do, Key: fmt.Sprint(line.Key)}
	was := len(story.States) - 1
	add := func(kind Kind, state int, at []string, format string, args ...any) {
		op.Steps = append(op.Steps, Step{kind, fmt.Sprintf(format, args...), at, state})
	}

	before := s.Trace(line.Key)
	if before.Cut != "" {
		add(Hashed, was, nil, "hash of %s: 0x%016x: %s", op.Key, before.Hash, before.Cut)
	}
	for _, look := range before.Looks {
		add(Looked, was, look.At, "%s", look.Say)
	}
	op.Looks = len(before.Looks)

	found := false
	switch line.Do {
	case Set:
		_, added := s.Set(line.Key, len(story.Operations)+1)
		found = !added
	case Get:
		_, found = s.Get(line.Key)
	case Delete:
		_, found = s.Delete(line.Key)
	}
	if found != before.Found {
		return op, fmt.Errorf("the trace says that the key is there: %t, the structure: %t", before.Found, found)
	}
	if at := story.States[was].places()[op.Key]; found && at.cell != before.At {
		return op, fmt.Errorf("traced to %s, and it is in %s", before.At, at.cell)
	}

	if line.Do == Get {
		op.After = was
		op.Result = "absent"
		if found {
			op.Result = "found"
		}
		add(Result, was, some(before.At), "%s is %s, after %s", op.Key, op.Result, looks(op.Looks))
		return op, nil
	}

	story.States = append(story.States, s.Layout())
	op.After = was + 1
	from, to := &story.States[was], &story.States[op.After]
	if to.full() != s.Len() || to.Entries != s.Len() {
		return op, fmt.Errorf("the layout has %d entries in %d full cells, the structure %d", to.Entries, to.full(), s.Len())
	}
	at, there := to.places()[op.Key]
	if there != (line.Do == Set) {
		return op, fmt.Errorf("the layout has the key: %t", there)
	}
	if line.Do == Set && !found {
		if again := s.Trace(line.Key); !again.Found || again.At != at.cell {
			return op, fmt.Errorf("set in %s, and traced to %q", at.cell, again.At)
		}
	}
	tellChanges(&op, from, to, was, func() Trace { return s.Trace(line.Key) })

	switch {
	case line.Do == Set && found:
		op.Result = "value replaced"
		add(Wrote, op.After, some(at.cell), "%s is there: its value is replaced", op.Key)
	case line.Do == Set:
		op.Result = "new"
		add(Wrote, op.After, some(at.cell), "%s is written to %s", op.Key, name(to, at))
	case found:
		op.Result = "deleted"
		gone := some(before.At)
		left, stays := to.Cell(before.At)
		if !stays { // its node went with it
			gone = nil
		}
		say := fmt.Sprintf("%s is gone", op.Key)
		switch left.State {
		case Tombstone:
			say += "; a tombstone stays: other keys' sequences may lead over it"
		case Hole:
			say += "; its position becomes a hole, which loops pass over"
		case Empty:
			say += "; its place is empty, as if it had never been there"
		}
		add(Wrote, op.After, gone, "%s", say)
	default:
		op.Result = "absent"
		add(Result, op.After, nil, "%s is absent: nothing changes", op.Key)
	}
	return op, nil
}

// mostMoves is how many moved entries are told one by one.
const mostMoves = 4

// tellChanges tells what differs between two layouts, but for the operation's own key.
func tellChanges(op *Operation, from, to *Layout, was int, again func() Trace) {
	add := func(kind Kind, at []string, format string, args ...any) {
		op.Steps = append(op.Steps, Step{kind, fmt.Sprintf(format, args...), at, op.After})
	}
	type move struct {
		key      string
		from, to place
	}
	var moves []move
	before, after := from.places(), to.places()
	for _, key := range slices.Sorted(maps.Keys(before)) {
		a, there := after[key]
		b := before[key]
		if !there || key == op.Key || b == a || to.Slides && b.row == a.row {
			continue
		}
		moves = append(moves, move{key, b, a})
	}

	anew := from.Secret != to.Secret && from.Entries > 0
	grown := from.Shape != to.Shape
	switch {
	case anew:
		add(Alarm, nil, "alarm: more steps than chance explains. Somebody may know the seed: another one is drawn, and all entries are "+
			"placed anew; %d of %d are elsewhere now", len(moves), from.Entries)
	case grown && from.Entries == 0 && op.Do == Set:
		add(Grew, nil, "the first entry: %s", to.Shape)
	case grown && op.Do == Set:
		add(Grew, nil, "%s, and one more: %s. Now %s", from.Fill, from.Rule, to.Shape)
	case grown:
		add(Grew, nil, "from %s to %s", from.Shape, to.Shape)
	}
	if (grown || anew) && !to.Slides {
		if len(moves) > 0 && !anew {
			add(Moved, cells(moves, func(m move) string { return m.to.cell }), "%d of the %d entries have another place now", len(moves), from.Entries)
		}
		if t := again(); op.Do == Set && len(t.Looks) > 1 {
			for _, look := range t.Looks[:len(t.Looks)-1] {
				add(Looked, look.At, "for its place: %s", look.Say)
			}
		} else if op.Do == Set && t.Cut != "" {
			add(Hashed, nil, "in the table as it is now: %s", t.Cut)
		}
		return
	}

	for _, row := range to.Rows {
		for _, old := range from.Rows {
			if old.ID == row.ID && old.Note != row.Note {
				add(Marked, []string{row.ID}, "%s: %s, was %s", row.Name, or(row.Note, "none"), or(old.Note, "none"))
			}
		}
	}
	if len(moves) > mostMoves || to.Slides && len(moves) > 1 {
		keys := make([]string, len(moves))
		for i, m := range moves {
			keys[i] = m.key
		}
		add(Moved, cells(moves, func(m move) string { return m.to.cell }), "%d entries move: %s", len(moves), strings.Join(keys, ", "))
		return
	}
	for _, m := range moves {
		add(Moved, []string{m.from.cell, m.to.cell}, "%s moves from %s to %s", m.key, name(from, m.from), name(to, m.to))
	}
}

func cells[M any](moves []M, cell func(M) string) []string {
	at := make([]string, len(moves))
	for i, m := range moves {
		at[i] = cell(m)
	}
	return at
}

// name says where a place is, for people.
func name(l *Layout, p place) string {
	for _, row := range l.Rows {
		if row.ID != p.row {
			continue
		}
		for i, cell := range row.Cells {
			if cell.ID == p.cell {
				if strings.HasPrefix(cell.ID, "slot ") || strings.HasPrefix(cell.ID, "position ") {
					return cell.ID
				}
				return fmt.Sprintf("place %d of %s", i, row.Name)
			}
		}
	}
	return p.cell
}

func looks(n int) string {
	if n == 1 {
		return "1 look"
	}
	return fmt.Sprintf("%d looks", n)
}

func some(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
