package orderedmap_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/assert"

	"innards/orderedmap"
)

func TestCacheMisuse(t *testing.T) {
	lru := func() *intCache { return orderedmap.NewCache[int, int](2, orderedmap.LRU, nil) }
	full := func() *intCache { c := lru(); c.Set(1, 1); c.Set(2, 2); return c }
	for want, misuse := range map[string]func(){
		"orderedmap: NewCache: capacity 0: a cache holds something: give it 1 or more":  func() { orderedmap.NewCache[int, int](0, orderedmap.LRU, nil) },
		"orderedmap: NewCache: capacity -3: a cache holds something: give it 1 or more": func() { orderedmap.NewCacheFunc[int, int](-3, nil2, nil) },
		"orderedmap: Resize: capacity 0: a cache holds something: give it 1 or more":    func() { full().Resize(0) },
		"orderedmap: NewCache: no such policy: Policy(77)":                              func() { orderedmap.NewCache[int, int](1, 77, nil) },
		"orderedmap: NewCache: no such policy: a judge's":                               func() { orderedmap.NewCache[int, int](1, 4, nil) },
		"orderedmap: NewCacheFunc: no judge":                                            func() { orderedmap.NewCacheFunc[int, int](1, nil, nil) },
		"orderedmap: Cache: written to, but not made by NewCache, which says its capacity": func() {
			new(intCache).Set(1, 1)
		},
		"orderedmap: Cache: a TTL of -1ns":                                             func() { lru().SetTTL(-1) },
		"orderedmap: Cache: SetCost: it has entries, whose costs are not known":        func() { full().SetCost(nil) },
		"orderedmap: Cache: SetClock: it has entries, whose times are another clock's": func() { full().SetClock(time.Now) },
		"orderedmap: Grow: negative count":                                             func() { lru().Grow(-1) },
		"orderedmap: Cache: the cost function returned -1":                             func() { c := lru(); c.SetCost(func(int, int) int { return -1 }); c.Set(1, 1) },
		"orderedmap: Cache: changed by its own judge or cost function":                 func() { c := lru(); c.SetCost(func(k, _ int) int { c.Set(k, 1); return 1 }); c.Set(1, 1) },
		"orderedmap: Cache: its judge returned no Verdict: 9":                          func() { fillPast(orderedmap.NewCacheFunc(2, func(int, int, int) orderedmap.Verdict { return 9 }, nil)) },
	} {
		assert.PanicsWithValue(t, want, misuse)
	}
	var c *intCache
	c = orderedmap.NewCacheFunc(2, func(int, int, int) orderedmap.Verdict { c.Delete(1); return orderedmap.Evict }, nil)
	assert.PanicsWithValue(t, "orderedmap: Cache: changed by its own judge or cost function", func() { fillPast(c) })
	assert.NoError(t, c.Check())
	assert.Equal(t, 2, c.Len(), "a panic leaves the cache whole")
	assert.True(t, c.Contains(1))
}

func nil2(int, int, int) orderedmap.Verdict { return orderedmap.Evict }

func fillPast(c *intCache) {
	for i := range 3 {
		c.Set(i, i)
	}
}

func TestCacheNilAndZeroAreReadable(t *testing.T) {
	for _, c := range []*intCache{nil, {}} {
		_, ok := c.Get(1)
		assert.False(t, ok || c.Contains(1) || c.At(1) != 0 || c.Len() != 0 || c.Refresh(1))
		_, _, ok = c.Front()
		assert.False(t, ok)
		_, _, ok = c.PopBack()
		assert.False(t, ok)
		_, ok = c.Delete(1)
		assert.False(t, ok)
		for range c.All() {
			t.Fatal("an entry")
		}
		c.DeleteFunc(func(int, int) bool { return true })
		c.Clear()
		c.Shrink()
		assert.Zero(t, c.DeleteExpired())
		_ = c.Stats().HitRatio()
	}
	var none *intCache
	assert.Nil(t, none.Clone())
}

// onEvict may use the cache, and is called once the operation is complete; what its own operations remove comes after what is queued.
func TestCacheOnEvictMayUseTheCache(t *testing.T) {
	var c *intCache
	var told []string
	c = orderedmap.NewCache(3, orderedmap.LRU, func(k, v int, cause orderedmap.Cause) {
		told = append(told, fmt.Sprint(k, v, cause, c.Len(), c.Contains(k)))
		if cause == orderedmap.Deleted {
			c.Set(k+10, v) // one evicts another in the end
		}
	})
	for k := range 3 {
		c.Set(k, k)
	}
	c.Clear()
	assert.Equal(t, []string{"0 0 deleted 0 false", "1 1 deleted 1 false", "2 2 deleted 2 false"}, told)
	c.Set(20, 20)
	c.Set(20, 21)
	assert.Equal(t, []string{"10 0 capacity 3 false", "20 20 replaced 3 true"}, told[3:])
	assert.NoError(t, c.Check())
}

// If onEvict panics, the operation is complete, and the next one tells the rest.
func TestCacheOnEvictPanics(t *testing.T) {
	var told []int
	c := orderedmap.NewCache(4, orderedmap.FIFO, func(k, _ int, _ orderedmap.Cause) {
		told = append(told, k)
		if k == 1 {
			panic("no")
		}
	})
	for k := range 4 {
		c.Set(k, k)
	}
	assert.Panics(t, func() { c.Resize(1) })
	assert.Equal(t, []int{0, 1}, told)
	assert.Equal(t, 1, c.Len())
	c.Delete(99)
	assert.Equal(t, []int{0, 1, 2}, told)
}

// A judge that spares all is asked for two rounds.
func TestCacheJudgeThatSparesAll(t *testing.T) {
	for _, verdict := range []orderedmap.Verdict{orderedmap.Spare, orderedmap.Requeue} {
		asked := 0
		c := orderedmap.NewCacheFunc(4, func(int, int, int) orderedmap.Verdict { asked++; return verdict }, nil)
		for k := range 5 {
			c.Set(k, k)
		}
		assert.Equal(t, 8, asked)
		assert.Equal(t, []int{1, 2, 3, 4}, slices.Sorted(c.Keys()))
	}
}

// SIEVE and a judge that does as SIEVE does keep the same entries.
func TestCacheJudgeAsSIEVE(t *testing.T) {
	sieve := orderedmap.NewCache[int, int](50, orderedmap.SIEVE, nil)
	judge := orderedmap.NewCacheFunc(50, func(_, _, uses int) orderedmap.Verdict {
		if uses > 0 {
			return orderedmap.Spare
		}
		return orderedmap.Evict
	}, nil)
	x := uint32(1)
	for range 20000 {
		x = x*1664525 + 1013904223
		k := int(x>>16) % 300 * (int(x>>8) % 3)
		_, a := sieve.GetOrSet(k, k)
		_, b := judge.GetOrSet(k, k)
		if a != b {
			t.Fatal("they differ")
		}
	}
	assert.Equal(t, sieve.Stats(), judge.Stats())
	assert.Positive(t, sieve.Stats().HitRatio())
	sieve.ResetStats()
	assert.Zero(t, sieve.Stats())
}

// What was evicted, replaced, expired or deleted is released, keys and values, and what onEvict was told.
func TestCacheReleases(t *testing.T) {
	type big struct{ _ [64]byte } // not one that shares its memory with others
	for _, policy := range []orderedmap.Policy{orderedmap.LRU, orderedmap.LFU, orderedmap.SIEVE} {
		var now time.Time
		c := orderedmap.NewCache(8, policy, func(*big, *big, orderedmap.Cause) {})
		c.SetClock(func() time.Time { return now })
		c.SetTTL(time.Hour)
		var gone []weak.Pointer[big]
		add := func(n int) {
			for i := range n {
				k, v := new(big), new(big)
				gone = append(gone, weak.Make(k), weak.Make(v))
				c.Set(k, v)
				if i%3 == 0 {
					c.Set(k, new(big))
				}
			}
		}
		add(30)
		for k := range c.Keys() {
			c.Delete(k)
			break
		}
		now = now.Add(2 * time.Hour)
		c.DeleteExpired()
		add(5)
		c.Clear()
		runtime.GC()
		for i, p := range gone {
			if p.Value() != nil {
				t.Fatalf("%v: %d of %d is kept", policy, i, len(gone))
			}
		}
		assert.Zero(t, c.Len())
		runtime.KeepAlive(c)
	}
}

// A hit inserts nothing and a miss at capacity reuses what was evicted: neither allocates.
func TestCacheAllocations(t *testing.T) {
	if orderedmap.Invariants {
		t.Skip("checking allocates")
	}
	for _, policy := range []orderedmap.Policy{orderedmap.FIFO, orderedmap.LRU, orderedmap.LFU, orderedmap.SIEVE} {
		c := orderedmap.NewCache(100, policy, func(int, int, orderedmap.Cause) {})
		k := 0
		next := func() {
			c.GetOrSet(k, k)
			c.Get(k / 2)
			c.Get(k)
			k++
		}
		for range 1000 {
			next()
		}
		assert.Zero(t, testing.AllocsPerRun(100, next), policy.String())
		assert.LessOrEqual(t, c.Positions(), 160, policy.String())
	}
}

func TestCacheNaN(t *testing.T) {
	for policy := orderedmap.FIFO; policy <= orderedmap.SIEVE; policy++ {
		var causes []orderedmap.Cause
		c := orderedmap.NewCache(2, policy, func(_ float64, _ int, cause orderedmap.Cause) { causes = append(causes, cause) })
		for i := range 5 {
			c.Set(math.NaN(), i)
		}
		_, ok := c.Get(math.NaN())
		assert.False(t, ok)
		assert.Equal(t, []int{3, 4}, slices.Collect(c.Values()), policy.String())
		c.DeleteFunc(func(_ float64, v int) bool { return v == 3 })
		_, v, _ := c.PopFront()
		assert.Equal(t, 4, v)
		assert.Equal(t, []orderedmap.Cause{0, 0, 0, orderedmap.Deleted, orderedmap.Deleted}, causes)
	}
}

// A TTL too long for the clock does not overflow, and one that has begun is not shortened.
func TestCacheTTLOfCenturies(t *testing.T) {
	now := time.Unix(0, 0)
	c := orderedmap.NewCache[int, int](4, orderedmap.LRU, nil)
	c.SetClock(func() time.Time { return now })
	c.Set(0, 0) // before there were times
	c.SetFor(1, 1, math.MaxInt64)
	c.SetFor(2, 2, 10)
	c.SetFor(3, 3, 0)
	now = now.Add(5)
	left, ok := c.TTL(2)
	assert.True(t, ok && left == 5)
	left, ok = c.TTL(3)
	assert.True(t, ok && left == 0)
	now = now.Add(200 * 365 * 24 * time.Hour)
	assert.Equal(t, []int{0, 1, 3}, slices.Collect(c.Keys()))
	assert.Equal(t, 4, c.Len(), "nothing has come upon it")
	assert.Equal(t, 1, c.DeleteExpired())
	assert.Equal(t, 4, c.Capacity())
}

func ExampleCache() {
	c := orderedmap.NewCache(3, orderedmap.LRU, func(page string, _ int, cause orderedmap.Cause) {
		fmt.Println(page, "leaves:", cause)
	})
	for i, page := range []string{"a", "b", "c", "a", "d"} {
		c.GetOrSet(page, i)
	}
	c.Delete("c")
	for page := range c.All() {
		fmt.Println("next to go:", page)
	}
	fmt.Printf("%.2f\n", c.Stats().HitRatio())
	// Output:
	// b leaves: capacity
	// c leaves: deleted
	// next to go: a
	// next to go: d
	// 0.20
}
