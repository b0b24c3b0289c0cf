package subject

import "innards/orderedmap"

// A Cache is one bounded map of uint64 to uint64 under test. Its method but New is one batch, timed as a whole.
type Cache interface {
	// New replaces the cache by an empty one for so many entries.
	New(capacity int)
	// GetOrSet looks every key up and sets it to itself where it is absent. It adds the values up and counts the hits.
	GetOrSet(keys []uint64) (sum uint64, hits int)
}

// A CacheContender makes caches of one kind.
type CacheContender struct {
	Name string
	New  func() Cache
}

// Caches returns the caches of this module.
func Caches() []CacheContender {
	return []CacheContender{
		{"cache-lru", func() Cache { return &boundedOrder{policy: orderedmap.LRU} }},
		{"cache-sieve", func() Cache { return &boundedOrder{policy: orderedmap.SIEVE} }},
	}
}

// boundedOrder is orderedmap.Cache.
type boundedOrder struct {
	m      *orderedmap.Cache[uint64, uint64]
	policy orderedmap.Policy
}

func (t *boundedOrder) New(capacity int) {
	t.m = orderedmap.NewCache[uint64, uint64](capacity, t.policy, nil)
}

func (t *boundedOrder) GetOrSet(keys []uint64) (sum uint64, hits int) {
	for _, key := range keys {
		value, hit := t.m.GetOrSet(key, key)
		if hit {
			hits++
		}
		sum += value
	}
	return sum, hits
}
