package orderedmap_test

import (
	"math"
	"testing"

	"innards/hashmap/maptest"
	"innards/orderedmap"
	"innards/orderedmap/ordertest"
)

type intCache = orderedmap.Cache[int, int]

func newIntCache(capacity int, policy orderedmap.Policy, onEvict func(int, int, orderedmap.Cause)) *intCache {
	if policy == ordertest.OwnPolicy {
		return orderedmap.NewCacheFunc(capacity, ordertest.Judge, onEvict)
	}
	return orderedmap.NewCache(capacity, policy, onEvict)
}

var testedCache = ordertest.Cache[*intCache]{New: newIntCache, Check: (*intCache).Check}

func TestCachePolicies(t *testing.T) { ordertest.RunCache(t, testedCache) }

func TestCacheThatRemembersHashes(t *testing.T) {
	s := testedCache
	s.New = func(capacity int, policy orderedmap.Policy, onEvict func(int, int, orderedmap.Cause)) *intCache {
		return newIntCache(capacity, policy, onEvict).RememberHashes()
	}
	ordertest.RunCache(t, s)
}

func FuzzCache(f *testing.F) {
	f.Add([]byte{3, 1, 1, 2, 1, 3, 4, 0, 1, 0, 14, 0, 0, 10, 0, 1, 5, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		setting, ops := ordertest.DecodeCache(data)
		testedCache.CheckStream(t, setting, ops)
	})
}

// A cache that is never full is a map like the others.
func TestCacheMapLaws(t *testing.T) {
	for _, policy := range []orderedmap.Policy{orderedmap.FIFO, orderedmap.SIEVE} {
		t.Run(policy.String(), func(t *testing.T) {
			maptest.Run(t, maptest.Subject[int, int, *intCache]{
				New:   func(int) *intCache { return orderedmap.NewCache[int, int](math.MaxInt, policy, nil) },
				Key:   func(i int) int { return i },
				Value: maptest.IntValue,
				Check: (*intCache).Check,
			})
		})
	}
}
