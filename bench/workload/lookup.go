package workload

import "math/rand/v2"

// MinPicks is the least number of look-ups in one pass, so that no branch predictor can learn their order.
const MinPicks = 1 << 16

// absent is the first index of keys that are never inserted.
const absent = 1 << 40

// FirstValue is the value of the key of index 0; the key of index i has FirstValue+i. It is not zero, so that a map that
// answers with the zero value cannot pass for one that found the key.
const FirstValue = 1

// Live returns the keys of the indices 0 to n-1, in the order in which they are inserted.
func Live[K comparable](source Source[K], n int) []K { return source.Keys(count(0, n)) }

func count(from uint64, n int) []uint64 {
	indices := make([]uint64, n)
	for i := range indices {
		indices[i] = from + uint64(i)
	}
	return indices
}

// Lookups are keys to ask for, in random order, and what a correct map answers.
type Lookups[K comparable] struct {
	Keys  []K
	Found int    // how many are there
	Sum   uint64 // of their values
}

// Hits returns look-ups that all find a key of Live(source, n), in copies of their own. There are at least MinPicks, and
// at least n, so that a pass over a large map does not stay in one corner of it.
func Hits[K comparable](source Source[K], n int, random *rand.Rand) Lookups[K] {
	indices := picks(0, n, random)
	hits := Lookups[K]{Keys: source.Keys(indices), Found: len(indices)}
	for _, index := range indices {
		hits.Sum += FirstValue + index
	}
	return hits
}

// zipfExponent is that of the distribution of GetZipf: of a thousand keys, the first is every fifth that is asked for.
const zipfExponent = 1.1

// Skewed returns as many look-ups that all find a key, distributed after Zipf: the keys inserted first are asked for most.
func Skewed[K comparable](source Source[K], n int, random *rand.Rand) Lookups[K] {
	zipf := rand.NewZipf(random, zipfExponent, 1, uint64(n-1))
	indices := make([]uint64, max(n, MinPicks))
	hits := Lookups[K]{Found: len(indices)}
	for i := range indices {
		indices[i] = zipf.Uint64()
		hits.Sum += FirstValue + indices[i]
	}
	hits.Keys = source.Keys(indices)
	return hits
}

// Misses returns as many look-ups of keys that are never inserted.
func Misses[K comparable](source Source[K], n int, random *rand.Rand) Lookups[K] {
	return Lookups[K]{Keys: source.Keys(picks(absent, n, random))}
}

func picks(from uint64, n int, random *rand.Rand) []uint64 {
	indices := make([]uint64, max(n, MinPicks))
	for i := range indices {
		indices[i] = from + random.Uint64N(uint64(n))
	}
	return indices
}
