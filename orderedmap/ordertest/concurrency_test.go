package ordertest_test

import (
	"cmp"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/hashmap/chaining"
	"innards/hashmap/maptest"
	"innards/hashmap/openaddr"
	"innards/orderedmap"
	"innards/orderedmap/ordertest"
)

// The maps as their users have them: built without the checks of invariants, and in make test under the race detector. The
// suites over keys of all kinds run with the checks compiled in, beside each package.

func TestLaws(t *testing.T) {
	laws(t, "numbers", maptest.Uint64Key, maptest.IntValue)
	laws(t, "strings", maptest.StringKey, maptest.StringValue)
	ordertest.Run(t, orderedmap.New[int, int])
}

func laws[K cmp.Ordered, V comparable](t *testing.T, name string, key func(int) K, value func(int) V) {
	t.Run(name, func(t *testing.T) {
		hash(t, "openaddr.Map", key, value, openaddr.New[K, V])
		hash(t, "RobinHood", key, value, openaddr.NewRobinHood[K, V])
		hash(t, "Probing", key, value, func(capacity int) *openaddr.Probing[K, V] {
			return openaddr.NewProbing[K, V](capacity, openaddr.DoubleHash)
		})
		hash(t, "chaining.Map", key, value, chaining.New[K, V])
		order(t, "Map", key, value, orderedmap.New[K, V])
		order(t, "Linked", key, value, orderedmap.NewLinked[K, V])
		order(t, "Sorted", key, value, newSorted[K, V])
	})
}

func newSorted[K cmp.Ordered, V any](int) *orderedmap.Sorted[K, V] {
	return orderedmap.NewSorted[K, V]()
}

func order[K, V comparable, M maptest.Map[K, V, M]](t *testing.T, name string, key func(int) K, value func(int) V,
	newMap func(int) M) {
	t.Run(name, func(t *testing.T) {
		maptest.Run(t, maptest.Subject[K, V, M]{New: newMap, Key: key, Value: value})
		readTogether(t, key, value, newMap, func(M) {}) // not Clone: to Sorted it is a write
	})
}

func hash[K, V comparable, M maptest.HashMap[K, V, M]](t *testing.T, name string, key func(int) K, value func(int) V,
	newMap func(int) M) {
	t.Run(name, func(t *testing.T) {
		maptest.RunHash(t, maptest.Subject[K, V, M]{New: newMap, Key: key, Value: value})
		readTogether(t, key, value, newMap, func(m M) {
			keys, values, found := []K{key(1), key(5), key(5000)}, make([]V, 3), make([]bool, 3)
			if n := m.GetMany(keys, values, found); n != 2 || values[1] != value(5) || found[2] {
				t.Errorf("GetMany finds %d: %v", n, values)
			}
			if c := m.Clone(); c.Len() != m.Len() {
				t.Errorf("a clone has %d of %d entries", c.Len(), m.Len())
			}
			if s := m.Stats(); s.Entries != m.Len() {
				t.Errorf("Stats counts %d of %d", s.Entries, m.Len())
			}
		})
	})
}

// Many goroutines may read a map that none of them changes: with holes from deletions, in the midst of a growth that
// some maps spread over later writes, and ranging, for which some keep count of their loops.
func readTogether[K, V comparable, M maptest.Map[K, V, M]](t *testing.T, key func(int) K, value func(int) V,
	newMap func(int) M, also func(M)) {
	t.Helper()
	for _, size := range []int{8, 130, 1030} {
		m := newMap(0)
		for k := range size {
			m.Set(key(k), value(k))
		}
		m.Delete(key(0))
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for k, v := range m.All() {
					if got, ok := m.Get(k); !ok || got != v || m.At(k) != v || m.Contains(key(size)) {
						t.Errorf("%v is %v where All has %v", k, got, v)
					}
				}
				n := 0
				for range m.Keys() {
					n++
				}
				for range m.Values() {
					n++
				}
				if n != 2*m.Len() {
					t.Errorf("ranging gives %d of twice %d", n, m.Len())
				}
				also(m)
			})
		}
		readers.Wait()
		m.Delete(key(1))
		assert.Equal(t, size-2, m.Len())
	}
}

// Clones share their nodes. Each may be written by a goroutine of its own while others read the rest.
func TestSortedClonesAcrossGoroutines(t *testing.T) {
	m := newSorted[uint64, int](0)
	for i := range 5000 {
		m.Set(uint64(i), i)
	}
	var wg sync.WaitGroup
	for g := range uint64(4) {
		c, snapshot := m.Clone(), m.Clone()
		wg.Go(func() {
			for i := g; i < 5000; i += 3 {
				if i%2 == 0 {
					c.Delete(i)
				} else {
					c.Set(i, -int(i))
				}
			}
		})
		for range 2 {
			wg.Go(func() {
				i := uint64(0)
				for k, v := range snapshot.All() {
					if k != i || v != int(i) {
						t.Errorf("the snapshot has %d=%d at %d", k, v, i)
						return
					}
					i++
				}
			})
		}
	}
	wg.Wait()
	assert.Equal(t, 5000, m.Len())
}
