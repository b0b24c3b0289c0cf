package openaddr

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"innards/hashmap"
)

// A map of many segments against the builtin one: growing, churning, shrinking, growing again.
func TestManySegments(t *testing.T) {
	const n = 60_000
	m, model := New[uint64, int](0), map[uint64]int{}
	r := rand.New(rand.NewPCG(3, 4))
	agree := func(when string) {
		t.Helper()
		if err := m.verify(); err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		if m.Len() != len(model) {
			t.Fatalf("%s: %d entries, want %d", when, m.Len(), len(model))
		}
		seen := 0
		for key, value := range m.All() {
			if want, ok := model[key]; !ok || want != value {
				t.Fatalf("%s: %d has %d, want %d, %v", when, key, value, want, ok)
			}
			seen++
		}
		if seen != len(model) {
			t.Fatalf("%s: a range produced %d entries of %d", when, seen, len(model))
		}
	}
	change := func(keep int) {
		for i := range 2 * n {
			key := uint64(r.IntN(n))
			if r.IntN(8) < keep {
				m.Set(key, i)
				model[key] = i
			} else {
				m.Delete(key)
				delete(model, key)
			}
		}
	}
	change(8)
	agree("grown")
	if m.depth() < 3 {
		t.Fatalf("%d entries stand in a directory of %d bits: nothing was split", m.Len(), m.depth())
	}
	change(4)
	agree("churned")
	c := m.Clone()
	change(1)
	agree("emptied")
	m.Shrink()
	agree("shrunk")
	change(7)
	agree("grown again")
	if err := c.verify(); err != nil {
		t.Fatalf("a clone changed with its original: %v", err)
	}
	m.Clear()
	clear(model)
	agree("cleared")
	if m.slots() == 0 {
		t.Error("Clear gave the memory back")
	}
}

// Entries come and go while a range splits the segments before, under and behind it.
func TestRangeOverSplits(t *testing.T) {
	const n = 20_000
	m := New[int, int](0)
	for i := range n {
		m.Set(i, i)
	}
	seen := make([]int, n)
	depth, next := m.depth(), n
	for key := range m.All() {
		if key >= n {
			continue
		}
		if seen[key]++; key%4 == 0 {
			m.Delete(key + 1) // not yet seen or just seen: never later
			if seen[key+1] == 0 {
				seen[key+1] = -1
			}
		}
		for range 5 {
			m.Set(next, 0)
			next++
		}
	}
	if m.depth() == depth {
		t.Fatal("nothing was split inside the loop")
	}
	for key, times := range seen {
		if times != 1 && times != -1 {
			t.Errorf("%d was produced %d times", key, times)
		}
	}
}

// Room that was asked for is there: no entry moves while it is used, and the memory is what it should be.
func TestPresizedDoesNotGrow(t *testing.T) {
	for _, n := range []int{1, 7, 8, 100, 5000, 100_000} {
		m := New[int, int](n)
		before := m.Stats()
		for i := range n {
			m.Set(i, i)
		}
		after := m.Stats()
		if before.Slots != after.Slots {
			t.Errorf("New(%d): %d slots, then %d", n, before.Slots, after.Slots)
		}
		if load := after.LoadFactor(); n > 50 && load < 0.7 {
			t.Errorf("New(%d): load %.2f", n, load)
		}
	}
}

// What an attacker who knows the seed would send: keys of one home. The alarm changes the hash, and all is as usual.
func TestFloodChangesTheHash(t *testing.T) {
	m := New[uint64, int](0)
	var flood []uint64
	for x := uint64(0); len(flood) < 2000; x++ {
		if place(m.keys.HashWord(x))>>24 == 0 { // the first 256th of every table
			flood = append(flood, x)
		}
	}
	for i, key := range flood {
		m.Set(key, i)
	}
	if m.keys.Kind != hashmap.Strong {
		t.Fatalf("%d keys of one home, and the hash is still the fast one: %v", len(flood), m.Stats())
	}
	if err := m.verify(); err != nil {
		t.Fatal(err)
	}
	for i, key := range flood {
		if got, ok := m.Get(key); !ok || got != i {
			t.Fatalf("%d is lost", key)
		}
	}
	if mean := m.Stats().MeanProbe(); mean > 0.5 {
		t.Errorf("%.2f extra steps after the change", mean)
	}
	c := m.Clone()
	if c.Clear(); c.Len() != 0 || m.Len() != len(flood) {
		t.Error("a clone shares more than the hash")
	}
}

// A hash that nobody can better, the user's own, must not set the alarm off for ever.
func TestAlarmWithoutAStrongerHash(t *testing.T) {
	m := construct[int, int](0, hashmap.NewHashKeyer(func(int) uint64 { return 7 << 40 }))
	for i := range 2000 {
		m.Set(i, i)
	}
	if m.Len() != 2000 || !m.Contains(1999) || m.keys.Kind != hashmap.Custom {
		t.Errorf("%d entries under %v", m.Len(), m.keys.Kind)
	}
}

// Strings that differ in few characters probe like random ones.
func TestStringPatterns(t *testing.T) {
	for name, pattern := range map[string]func(i int) string{
		"decimal":   strconv.Itoa,
		"prefix":    func(i int) string { return "/var/lib/app/" + strconv.Itoa(i) },
		"suffix":    func(i int) string { return strconv.Itoa(i) + "@example.com" },
		"long":      func(i int) string { return "https://example.com/a/rather/long/path/" + strconv.Itoa(i) },
		"two bytes": func(i int) string { return string([]byte{byte(i), byte(i >> 8)}) },
	} {
		m := New[string, struct{}](10_000)
		for i := range 10_000 {
			m.Set(pattern(i), struct{}{})
		}
		if mean := m.Stats().MeanProbe(); mean > 0.5 {
			t.Errorf("%s: %.2f extra steps", name, mean)
		}
	}
}

func TestGetManyInWaves(t *testing.T) {
	many(t, func(i int) uint64 { return uint64(i) << 20 })
	many(t, strconv.Itoa)
	many(t, func(i int) [2]uint64 { return [2]uint64{uint64(i), 1} })
	many(t, func(i int) float64 { return float64(i) })
}

func many[K comparable](t *testing.T, key func(int) K) {
	t.Helper()
	const n = wavesFrom + 1000
	m := New[K, int](n)
	var keys []K
	for i := range n {
		m.Set(key(i), i)
		keys = append(keys, key(i), key(i+n))
	}
	values, found := make([]int, len(keys)), make([]bool, len(keys))
	if got := m.GetMany(keys, values, found); got != n {
		t.Fatalf("%T: GetMany found %d of %d", keys[0], got, n)
	}
	for i := range keys {
		if found[i] != (i%2 == 0) || found[i] && values[i] != i/2 || !found[i] && values[i] != 0 {
			t.Fatalf("%T: key %d gave %d, %v", keys[0], i, values[i], found[i])
		}
	}
}
