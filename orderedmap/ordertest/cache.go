package ordertest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"innards/orderedmap"
)

// CacheMap is the vocabulary of a bounded map; M is the map itself, as Clone returns it.
type CacheMap[M any] interface {
	Len() int
	Get(key int) (int, bool)
	Peek(key int) (int, bool)
	Contains(key int) bool
	Set(key, value int) (old int, added bool)
	SetFor(key, value int, ttl time.Duration) (old int, added bool)
	GetOrSet(key, value int) (actual int, loaded bool)
	Compute(key int, f func(old int, ok bool) (value int, keep bool)) (int, bool)
	Delete(key int) (old int, deleted bool)
	DeleteFunc(del func(int, int) bool)
	All() iter.Seq2[int, int]
	Backward() iter.Seq2[int, int]
	Front() (int, int, bool)
	Back() (int, int, bool)
	PopFront() (int, int, bool)
	PopBack() (int, int, bool)
	Clear()
	Clone() M
	Grow(n int)
	Shrink()
	Resize(capacity int)
	Cost() int
	SetCost(cost func(key, value int) int)
	SetTTL(ttl time.Duration)
	SetClock(now func() time.Time)
	RefreshOnHit(on bool)
	Refresh(key int) bool
	TTL(key int) (time.Duration, bool)
	DeleteExpired() int
	Stats() orderedmap.CacheStats
}

// Judge is the policy of the model's own, for caches that take one: it gives all verdicts.
func Judge(key, _ int, uses int) orderedmap.Verdict {
	switch {
	case uses > 1:
		return orderedmap.Requeue
	case uses == 1 || key%7 == 0:
		return orderedmap.Spare
	}
	return orderedmap.Evict
}

// OwnPolicy stands for Judge among the policies of a stream.
const OwnPolicy = orderedmap.Policy(4)

// Cache is a bounded map under test.
type Cache[M CacheMap[M]] struct {
	// New makes a cache of a policy, which may be OwnPolicy: by Judge.
	New   func(capacity int, policy orderedmap.Policy, onEvict func(key, value int, cause orderedmap.Cause)) M
	Check func(M) error // the cache's own check of its invariants; may be nil
}

// A CacheOp is one operation of a stream.
type CacheOp struct {
	Kind     cacheKind
	Key, Arg uint8
}

type cacheKind uint8

const (
	cacheGet cacheKind = iota
	cacheSet
	cacheGetOrSet
	cachePeek
	cacheCompute
	cacheDelete
	cachePopFront
	cachePopBack
	cacheRefresh
	cacheTick    // the clock goes on
	cacheLoop    // range over All or Backward: the operations that follow are the body's, one for each step
	cacheUncount // from here on, what is rare
	cacheSetFor
	cacheDeleteFunc
	cacheResize
	cacheShrink
	cacheClone
	cacheGrow
	cacheDeleteExpired
	cacheSetTTL
	cacheRefreshOnHit
	cacheClear
	cacheKinds
)

func (o CacheOp) String() string {
	return fmt.Sprintf("%s(%d, %d)", [...]string{"Get", "Set", "GetOrSet", "Peek", "Compute", "Delete", "PopFront", "PopBack", "Refresh", "tick", "loop",
		"nothing", "SetFor", "DeleteFunc", "Resize", "Shrink", "Clone", "Grow", "DeleteExpired", "SetTTL", "RefreshOnHit", "Clear"}[o.Kind], o.Key, o.Arg)
}

// DecodeCache makes a policy, options and a stream of bytes: one for the policy and the options, then three for each operation.
func DecodeCache(data []byte) (setting uint8, ops []CacheOp) {
	if len(data) == 0 {
		return 0, nil
	}
	setting, data = data[0], data[1:]
	for ; len(data) >= 3; data = data[3:] {
		ops = append(ops, CacheOp{cacheKind(data[0] % uint8(cacheKinds)), data[1], data[2]})
	}
	return setting, ops
}

func randomCache(r *rand.Rand, n int) []CacheOp {
	ops := make([]CacheOp, n)
	for i := range ops {
		kind := cacheKind(r.IntN(int(cacheUncount)))
		switch r.IntN(16) {
		case 0:
			kind = cacheUncount + cacheKind(r.IntN(int(cacheKinds-cacheUncount)))
		case 1, 2, 3:
			kind = cacheGet
		case 4, 5, 6, 7:
			kind = cacheSet
		case 8, 9:
			kind = cacheGetOrSet
		}
		if (kind == cacheClear || kind == cacheDeleteFunc) && r.IntN(3) > 0 {
			kind = cacheSet
		}
		ops[i] = CacheOp{kind, uint8(r.IntN(256)), uint8(r.IntN(256))}
	}
	return ops
}

// RunCache holds a bounded map to its policies, all of them, with and without costs and times, by random streams.
func RunCache[M CacheMap[M]](t *testing.T, s Cache[M]) {
	streams := 40
	if testing.Short() {
		streams = 10
	}
	for setting := range uint8(settings) {
		t.Run(settingName(setting), func(t *testing.T) {
			for seed := range uint64(streams) {
				r := rand.New(rand.NewPCG(seed, uint64(setting)))
				n := 1 + r.IntN(150)
				if seed%20 == 0 {
					n = 1000
				}
				if !s.CheckStream(t, setting, randomCache(r, n)) {
					t.Fatalf("stream of seed %d", seed)
				}
			}
		})
	}
}

// settings are five policies, with and without costs, with and without times.
const settings = 5 * 4

func settingName(setting uint8) string {
	name := orderedmap.Policy(setting % 5).String()
	if setting/5&1 != 0 {
		name += " with costs"
	}
	if setting/5&2 != 0 {
		name += " with times"
	}
	return name
}

// CheckStream runs a stream under a setting, and if it fails reports the shortest one it can cut it down to.
func (s Cache[M]) CheckStream(t testing.TB, setting uint8, ops []CacheOp) bool {
	t.Helper()
	setting %= settings
	if s.Replay(setting, ops) == nil {
		return true
	}
	ops = Minimize(ops, func(ops []CacheOp) bool { return s.Replay(setting, ops) != nil })
	var text strings.Builder
	for _, op := range ops {
		fmt.Fprintf(&text, "\n\t%v", op)
	}
	t.Errorf("%s: %v\nstream:%s", settingName(setting), s.Replay(setting, ops), text.String())
	return false
}
