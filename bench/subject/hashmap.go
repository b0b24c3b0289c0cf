package subject

import (
	"slices"

	"innards/bench/workload"
	"innards/hashmap/openaddr"
)

// A MapSet holds hash maps under test for each kind of key, the reference first. A map that cannot have keys of a kind is
// not in the list of that kind.
type MapSet struct {
	Uint64 []Contender[uint64]
	String []Contender[string]
	Pair   []Contender[workload.Pair]
}

// Maps returns the hash maps of this module and Go's own.
func Maps() MapSet {
	return MapSet{Uint64: maps[uint64](), String: maps[string](), Pair: maps[workload.Pair]()}
}

func maps[K comparable]() []Contender[K] {
	return []Contender[K]{
		{Reference, func() Table[K] { return new(builtin[K]) }},
		{"openaddr", func() Table[K] { return new(openAddressing[K]) }},
		{"chaining", func() Table[K] { return new(separateChaining[K]) }},
		{"robinhood", func() Table[K] { return new(robinHood[K]) }},
		{"linear", func() Table[K] { return &probing[K]{probe: openaddr.Linear} }},
		{"quadratic", func() Table[K] { return &probing[K]{probe: openaddr.Quadratic} }},
		{"doublehash", func() Table[K] { return &probing[K]{probe: openaddr.DoubleHash} }},
		{"perturb", func() Table[K] { return &probing[K]{probe: openaddr.Perturb} }},
	}
}

// With returns the maps of both sets.
func (s MapSet) With(more MapSet) MapSet {
	return MapSet{
		Uint64: slices.Concat(s.Uint64, more.Uint64),
		String: slices.Concat(s.String, more.String),
		Pair:   slices.Concat(s.Pair, more.Pair),
	}
}

// Only returns the maps that are named, and the reference.
func (s MapSet) Only(names []string) MapSet {
	return MapSet{Uint64: only(s.Uint64, names), String: only(s.String, names), Pair: only(s.Pair, names)}
}

func only[K comparable](all []Contender[K], names []string) []Contender[K] {
	var some []Contender[K]
	for i, contender := range all {
		if i == 0 || slices.Contains(names, contender.Name) {
			some = append(some, contender)
		}
	}
	return some
}

// Names returns the names of all maps of the set, in order.
func (s MapSet) Names() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, contender := range s.Uint64 {
		add(contender.Name)
	}
	for _, contender := range s.String {
		add(contender.Name)
	}
	for _, contender := range s.Pair {
		add(contender.Name)
	}
	return names
}
