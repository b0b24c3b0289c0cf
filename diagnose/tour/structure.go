package tour

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"innards/hashmap"
	"innards/hashmap/chaining"
	"innards/hashmap/explain"
	"innards/hashmap/openaddr"
	"innards/orderedmap"
	"innards/orderedmap/bplustree"
)

// Structure is one that a tour leads through.
type Structure struct {
	Name, Title, About string

	numbers func(seed hashmap.Seed) explain.Subject[int]
	strings func(seed hashmap.Seed) explain.Subject[string]
	// home is the bits of a hash that say where a probe begins, in tables of up to 4,096 places; nil where nothing is
	// hashed.
	home func(h uint64) uint64
}

// Structures lists them all.
func Structures() []Structure {
	high := func(h uint64) uint64 { return h >> 52 }
	all := []Structure{
		structure("openaddr", "openaddr.Map", "open addressing in groups of seven slots, whose tags are compared at once", high,
			func(seed hashmap.Seed) explain.Subject[int] { return openaddr.NewSeeded[int, int](seed) },
			func(seed hashmap.Seed) explain.Subject[string] { return openaddr.NewSeeded[string, int](seed) }),
	}
	for _, p := range []struct {
		probe       openaddr.Probe
		name, about string
	}{
		{openaddr.Linear, "linear", "open addressing; on a collision the next slot, and the next"},
		{openaddr.Quadratic, "quadratic", "open addressing; on a collision one slot on, then two, then three"},
		{openaddr.DoubleHash, "doublehash", "open addressing; on a collision a stride that other bits of the hash choose"},
		{openaddr.Perturb, "perturb", "open addressing; CPython's probe sequence, which brings in five more bits of the hash a step"},
	} {
		all = append(all, structure(p.name, "openaddr.Probing, "+p.probe.String(), p.about, func(h uint64) uint64 { return (h ^ h>>32) & 0xfff },
			func(seed hashmap.Seed) explain.Subject[int] {
				return openaddr.NewProbingSeeded[int, int](p.probe, seed)
			},
			func(seed hashmap.Seed) explain.Subject[string] {
				return openaddr.NewProbingSeeded[string, int](p.probe, seed)
			}))
	}
	return append(all,
		structure("robinhood", "openaddr.RobinHood", "linear probing in which the poor take from the rich, and deletion shifts back", high,
			func(seed hashmap.Seed) explain.Subject[int] { return openaddr.NewRobinHoodSeeded[int, int](seed) },
			func(seed hashmap.Seed) explain.Subject[string] { return openaddr.NewRobinHoodSeeded[string, int](seed) }),
		structure("chaining", "chaining.Map", "separate chaining in blocks of six; one bucket is split at a time",
			func(h uint64) uint64 { return h >> 32 & 0xfff },
			func(seed hashmap.Seed) explain.Subject[int] { return chaining.NewSeeded[int, int](seed) },
			func(seed hashmap.Seed) explain.Subject[string] { return chaining.NewSeeded[string, int](seed) }),
		structure("orderedmap", "orderedmap.Map", "entries in the order of insertion, and an index of hashes and positions", high,
			func(seed hashmap.Seed) explain.Subject[int] { return orderedmap.NewSeeded[int, int](seed) },
			func(seed hashmap.Seed) explain.Subject[string] { return orderedmap.NewSeeded[string, int](seed) }),
		structure("bplustree", "bplustree.Tree", "a B+tree, here with nodes of four keys: entries in the leaves, separators above", nil,
			func(hashmap.Seed) explain.Subject[int] { return bplustree.NewExplained[int, int](fanout) },
			func(hashmap.Seed) explain.Subject[string] { return bplustree.NewExplained[string, int](fanout) }),
		Structure{Name: "dynarray", Title: "dynarray.Array", About: "a growing array off the heap: over-allocation, and what growing moves"},
	)
}

// fanout is that of the essay of package bplustree.
const fanout = 4

func structure(name, title, about string, home func(uint64) uint64, numbers func(hashmap.Seed) explain.Subject[int],
	texts func(hashmap.Seed) explain.Subject[string]) Structure {
	return Structure{name, title, about, numbers, texts, home}
}

// find returns the structure of that name, or an error that lists them.
func find(name string) (Structure, error) {
	all := Structures()
	if i := slices.IndexFunc(all, func(s Structure) bool { return s.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return Structure{}, fmt.Errorf("explain: no structure %q: try one of %s", name, strings.Join(names, ", "))
}

// Hashed reports whether the structure has a hash, so that keys can be hostile to it.
func (s Structure) Hashed() bool { return s.home != nil }

// seedOf makes the secrets of a hash out of a small number. It is not one of hashmap.MakeSeed's, which no alarm replaces.
func seedOf(n uint64) hashmap.Seed {
	seed := hashmap.NewSeed()
	seed.A, seed.B = mix(2*n), mix(2*n+1)|1
	return seed
}

// mix is the output function of splitmix64.
func mix(x uint64) uint64 {
	x = (x + 1) * 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// hostile returns n keys whose hashes begin their probes at one place, out of those that key makes of 1, 2, 3, …
func hostile[K comparable](s Structure, seed hashmap.Seed, n int, key func(i int) K) []K {
	keys := hashmap.NewKeyer[K]()
	keys.Seed = seed
	var found []K
	want := s.home(keys.Hash(key(1)))
	for i := 1; len(found) < n; i++ {
		if k := key(i); s.home(keys.Hash(k)) == want {
			found = append(found, k)
		}
	}
	return found
}

// telling says how the story of a script is told for one type of key.
func telling[K cmp.Ordered](s Structure, o Options, subject explain.Subject[K], script []explain.Line[K]) (*explain.Story, error) {
	story := &explain.Story{Schema: explain.Schema, Structure: s.Name, Title: s.Title, Seed: o.Seed, Keys: write(script)}
	if err := explain.Tell(story, subject, script); err != nil {
		return nil, err
	}
	name(story)
	return story, nil
}
