package tour

import (
	"errors"
	"fmt"

	"innards/dynarray"
	"innards/hashmap/explain"
)

// tellArray tells of an array: a set appends, a look-up searches for the value from the front, a deletion closes the gap. It has
// no probes to trace; what it did is read off its capacity and its address.
func tellArray(s Structure, o Options) (story *explain.Story, err error) {
	keys := o.Keys
	if keys == "" {
		keys = "10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,?14,?99,-12,27"
	}
	words, err := split(keys)
	if err != nil {
		return nil, err
	}
	lines, ok := numbers(words)
	if !ok {
		return nil, errors.New("explain: dynarray holds numbers here: strings are Go pointers, which C memory may not hold")
	}
	a := dynarray.New[int](0)
	defer func() { err = errors.Join(err, a.Close()) }()

	story = &explain.Story{Schema: explain.Schema, Structure: s.Name, Title: s.Title, Seed: o.Seed, Keys: write(lines)}
	story.States = []explain.Layout{layoutOf(a)}
	for _, line := range lines {
		story.Operations = append(story.Operations, tellElement(story, a, line))
	}
	return story, nil
}

// elementBytes is the size of an element.
const elementBytes = 8

func tellElement(story *explain.Story, a *dynarray.Array[int], line explain.Line[int]) explain.Operation {
	op := explain.Operation{Do: line.Do, Key: fmt.Sprint(line.Key), After: len(story.States) - 1}
	step := func(kind explain.Kind, at string, format string, args ...any) {
		s := explain.Step{Kind: kind, Say: fmt.Sprintf(format, args...), State: op.After}
		if at != "" {
			s.At = []string{at}
		}
		op.Steps = append(op.Steps, s)
	}
	changed := func() {
		story.States = append(story.States, layoutOf(a))
		op.After++
	}
	if line.Do == explain.Set {
		length, capacity, was := a.Len(), a.Cap(), address(a)
		if length < capacity {
			step(explain.Looked, element(length), "length %d is below the capacity of %d: there is room", length, capacity)
		} else {
			step(explain.Looked, "", "length %d is the capacity: append has no room", length)
		}
		a.Append(line.Key)
		changed()
		if a.Cap() != capacity {
			step(explain.Grew, "", "capacity %d becomes %d: %d bytes are asked for", capacity, a.Cap(), a.Cap()*elementBytes)
			switch {
			case capacity == 0:
				step(explain.Moved, "", "the first memory: nothing to copy")
			case address(a) == was:
				step(explain.Moved, "", "the block was extended in place: no element was copied")
			default:
				step(explain.Moved, "", "another block was given: %d elements were copied, and old views dangle", length)
			}
		}
		step(explain.Wrote, element(length), "%d is written to element %d", line.Key, length)
		op.Result, op.Looks = "appended", 1
		return op
	}
	i := dynarray.Index(a, line.Key)
	if i < 0 {
		step(explain.Looked, "", "all %d elements are compared with %d, from the front: none is equal", a.Len(), line.Key)
		step(explain.Result, "", "%d is absent", line.Key)
		op.Result, op.Looks = "absent", a.Len()
		return op
	}
	op.Looks, op.Result = i+1, "found"
	step(explain.Looked, element(i), "the elements are compared with %d, from the front: element %d is equal", line.Key, i)
	if line.Do == explain.Delete {
		op.Result = "deleted"
		a.Delete(i, i+1)
		changed()
		step(explain.Moved, "", "the %d elements behind it move down by one", a.Len()-i)
		step(explain.Wrote, element(a.Len()), "the length is %d now; the capacity stays %d until Clip", a.Len(), a.Cap())
	}
	return op
}

func element(i int) string { return fmt.Sprintf("element %d", i) }

// address is where the elements are.
func address(a *dynarray.Array[int]) string { return fmt.Sprintf("%p", a.Slice()) }

func layoutOf(a *dynarray.Array[int]) explain.Layout {
	l := explain.Layout{
		Shape:   fmt.Sprintf("capacity %d, %d bytes", a.Cap(), a.Cap()*elementBytes),
		Fill:    fmt.Sprintf("length %d of %d", a.Len(), a.Cap()),
		Rule:    "a full array asks for twice its capacity",
		Entries: a.Len(),
	}
	for i := range a.Cap() {
		if i%8 == 0 {
			l.Rows = append(l.Rows, explain.Row{ID: fmt.Sprintf("elements %d", i), Name: element(i)})
		}
		row := &l.Rows[len(l.Rows)-1]
		c := explain.Cell{ID: element(i), State: explain.Empty}
		if i < a.Len() {
			c.State, c.Key = explain.Full, fmt.Sprint(a.At(i))
		}
		row.Cells = append(row.Cells, c)
	}
	return l
}
