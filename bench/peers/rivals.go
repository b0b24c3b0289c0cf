package main

import (
	"innards/bench"
	"innards/bench/subject"
	"innards/bench/workload"
)

// rivals returns every rival, by area.
func rivals() bench.Rivals {
	integers := append(hashmaps[uint64](), subject.Contender[uint64]{
		Name: "intmap", New: func() subject.Table[uint64] { return new(intMap) },
	})
	return bench.Rivals{
		Maps: subject.MapSet{Uint64: integers, String: hashmaps[string](), Pair: hashmaps[workload.Pair]()},
	}
}

// hashmaps returns the rivals that take any key.
func hashmaps[K comparable]() []subject.Contender[K] {
	return []subject.Contender[K]{
		{Name: "swiss-cockroach", New: func() subject.Table[K] { return new(cockroachSwiss[K]) }},
		{Name: "swiss-dolthub", New: func() subject.Table[K] { return new(dolthubSwiss[K]) }},
		{Name: "xsync", New: func() subject.Table[K] { return new(xsyncMap[K]) }},
	}
}
