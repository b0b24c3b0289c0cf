package orderedmap

import "encoding/json"

// What a decoder makes of what it has read, with as few allocations as it can: documents are full of small objects, most of
// which look like the one before.

// inline3 and inline7 are maps that have their first arrays with them, which takes one allocation in the place of three. A
// map that outgrows them leaves them behind, and keeps them until it goes itself.
type (
	inline3 struct {
		m       Map[string, any]
		slots   [4]slot
		entries [3]entry[string, any]
	}
	inline7 struct { // 472 bytes on 64-bit machines, of the 480 that the allocator gives
		m       Map[string, any]
		slots   [8]slot
		entries [7]entry[string, any]
	}
)

// newObject returns an empty map with room for n members.
func newObject(n int) *Map[string, any] {
	switch {
	case n == 0:
		return new(Map[string, any])
	case n <= 3:
		o := new(inline3)
		return o.m.furnished(o.slots[:], o.entries[:0])
	case n <= 7:
		o := new(inline7)
		return o.m.furnished(o.slots[:], o.entries[:0])
	}
	return New[string, any](n)
}

// furnished gives an empty map its first arrays.
func (m *Map[K, V]) furnished(slots []slot, entries []entry[K, V]) *Map[K, V] {
	m.slots, m.shift, m.entries = slots, shiftFor(len(slots)), entries
	return m
}

// build makes the map of an object. One that has the names of an earlier object, in the same order, has its index too, as
// all maps of a document hash alike: none of its names is looked at again.
func (d *decoder) build(members []entry[string, any]) (*Map[string, any], error) {
	m := newObject(len(members))
	m.keys = d.keys
	shape := &d.shapes[len(members)%len(d.shapes)]
	if *shape != nil && sameNames((*shape).entries, members) { // which nobody else has seen, so that it is as it was made
		m.entries = append(m.entries, members...)
		m.live = len(members)
		copy(m.slots, (*shape).slots)
		m.check()
		return m, nil
	}
	for i := range members {
		if err := setMember(d, m, members[i].key, members[i].value); err != nil {
			return m, err
		}
	}
	if m.live == len(members) && m.live > 0 {
		*shape = m
	}
	return m, nil
}

// sameNames reports whether two objects have the same names in the same order.
func sameNames(a, b []entry[string, any]) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].key != b[i].key { // most often the same string in memory: see decoder.name
			return false
		}
	}
	return true
}

// maxBox is how many short strings share the memory of their headers, and so keep each other alive.
const maxBox = 32

// stringValue returns a string as the value of a member or an element.
func (d *decoder) stringValue(s string) any {
	if len(s) > shortText { // would be kept alive by its neighbours
		return s
	}
	return boxed[string](d.header(s))
}

// numberValue returns the text of a number as a json.Number, likewise.
func (d *decoder) numberValue(s string) any {
	if len(s) > shortText {
		return json.Number(s)
	}
	return boxed[json.Number](d.header(s))
}

// header returns a place in memory that has the string's header, and is not written again.
func (d *decoder) header(s string) *string {
	if len(d.box) == cap(d.box) {
		d.box = make([]string, 0, min(maxBox, max(4, 2*cap(d.box))))
	}
	d.box = append(d.box, s)
	return &d.box[len(d.box)-1]
}
