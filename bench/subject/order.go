package subject

import "cmp"

// A Popper is a Table that takes the first n entries out, and adds their values up.
type Popper interface{ PopFront(n int) (sum uint64) }

// A Mover is a Table that can move the entries of keys behind all others, and counts those that it found.
type Mover[K comparable] interface{ MoveToBack(keys []K) (found int) }

// A Ranger is a Table in the order of its keys: from each start on it visits Scan entries, or fewer at the end, and counts
// them and adds their values up.
type Ranger[K cmp.Ordered] interface {
	Range(starts []K) (sum uint64, entries int)
}

// Scan is how many entries one scan of a Ranger visits.
const Scan = 100

// ListMap is the name of the reference of maps that keep an order: Go's map and a linked list, as one writes it oneself.
const ListMap = "listmap"

// Orders returns the maps of this module that keep an order, what one writes by hand instead, and Go's own map, which keeps
// none.
func Orders() MapSet {
	return MapSet{Uint64: orders[uint64](), String: orders[string]()}
}

func orders[K cmp.Ordered]() []Contender[K] {
	return []Contender[K]{
		{ListMap, func() Table[K] { return new(listMap[K]) }},
		{Reference, func() Table[K] { return new(builtin[K]) }},
		{"orderedmap", func() Table[K] { return new(compactOrder[K]) }},
		{"linked", func() Table[K] { return new(linkedOrder[K]) }},
		{"sorted", func() Table[K] { return new(sortedOrder[K]) }},
	}
}
