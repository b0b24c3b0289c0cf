package main

import (
	"cmp"

	orderedmap "github.com/wk8/go-ordered-map/v2"

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
		Maps:   subject.MapSet{Uint64: integers, String: hashmaps[string](), Pair: hashmaps[workload.Pair]()},
		Orders: subject.MapSet{Uint64: orders[uint64](), String: orders[string]()},
		Caches: []subject.CacheContender{{Name: "simplelru", New: func() subject.Cache { return new(hashicorpCache) }}},
		Documents: subject.DocumentSet{
			Flat:  []subject.DocumentContender{subject.DocumentOf[orderedmap.OrderedMap[string, int]]("wk8")},
			Mixed: []subject.DocumentContender{subject.DocumentOf[orderedmap.OrderedMap[string, any]]("wk8")},
		},
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

// orders returns the rivals that keep an order: of insertion, of use, or of the keys.
func orders[K cmp.Ordered]() []subject.Contender[K] {
	return []subject.Contender[K]{
		{Name: "wk8", New: func() subject.Table[K] { return new(wk8Order[K]) }},
		{Name: "elliotchance", New: func() subject.Table[K] { return new(elliotOrder[K]) }},
		{Name: "gods", New: func() subject.Table[K] { return new(godsOrder[K]) }},
		{Name: "simplelru", New: func() subject.Table[K] { return new(hashicorpLRU[K]) }},
		{Name: "btree-tidwall", New: func() subject.Table[K] { return new(tidwallTree[K]) }},
		{Name: "btree-google", New: func() subject.Table[K] { return new(googleTree[K]) }},
	}
}
