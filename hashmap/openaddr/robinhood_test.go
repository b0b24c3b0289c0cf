package openaddr

import (
	"reflect"
	"strings"
	"testing"

	"innards/hashmap"
	"innards/hashmap/maptest"
)

// rhSubject builds maps under test. change, if there is one, makes the hash of a new map worse.
func rhSubject[K, V comparable](key func(int) K, value func(int) V,
	change func(*hashmap.Keyer[K])) maptest.Subject[K, V, *RobinHood[K, V]] {
	return maptest.Subject[K, V, *RobinHood[K, V]]{
		New: func(capacity int) *RobinHood[K, V] {
			m := NewRobinHood[K, V](capacity)
			if change != nil {
				change(&m.keys)
			}
			return m
		},
		Zero:  func() *RobinHood[K, V] { return new(RobinHood[K, V]) },
		Key:   key,
		Value: value,
		Check: (*RobinHood[K, V]).verify,
	}
}

// probingSeeded makes the map's own hash bad for good: with (0, 0) all words collide.
func probingSeeded[K any](a, b uint64) func(*hashmap.Keyer[K]) {
	return func(keys *hashmap.Keyer[K]) { keys.Seed = hashmap.MakeSeed(a, b) }
}

// probingIdentity makes a word its own hash.
func probingIdentity(keys *hashmap.Keyer[uint64]) {
	*keys = hashmap.NewHashKeyer(func(x uint64) uint64 { return x })
}

func rhRun[K, V comparable](t *testing.T, name string, s maptest.Subject[K, V, *RobinHood[K, V]]) {
	t.Run(name, func(t *testing.T) { maptest.RunHash(t, s) })
}

func TestRobinHoodKeysAndValues(t *testing.T) {
	t.Parallel()
	rhRun(t, "uint64-int", rhSubject(maptest.Uint64Key, maptest.IntValue, nil))
	rhRun(t, "string-string", rhSubject(maptest.StringKey, maptest.StringValue, nil))
	rhRun(t, "pair-none", rhSubject(maptest.PairKey, maptest.NoValue, nil))
	rhRun(t, "array-large", rhSubject(maptest.ArrayKey, maptest.BigValue, nil))
	rhRun(t, "float-int", rhSubject(maptest.FloatKey, maptest.IntValue, nil))
	rhRun(t, "any-int", rhSubject(maptest.AnyKey, maptest.IntValue, nil))
	rhRun(t, "padded-int", rhSubject(maptest.PaddedKey, maptest.IntValue, nil))
}

func TestRobinHoodBadHashes(t *testing.T) {
	t.Parallel()
	rhRun(t, "identity", rhSubject(maptest.Uint64Key, maptest.IntValue, probingIdentity))
	rhRun(t, "few bits", rhSubject(maptest.Uint64Key, maptest.IntValue, probingSeeded[uint64](0, 1<<57)))
	rhRun(t, "constant", rhSubject(maptest.Uint64Key, maptest.IntValue, probingSeeded[uint64](0, 0)))
	rhRun(t, "pair", rhSubject(maptest.PairKey, maptest.NoValue, probingSeeded[maptest.Pair](0, 0)))
	for name, h := range maptest.Hashers[string]() {
		s := rhSubject(maptest.StringKey, maptest.StringValue, nil)
		s.New = func(capacity int) *RobinHood[string, string] { return NewRobinHoodFunc[string, string](capacity, h) }
		s.Zero = nil
		rhRun(t, "func-"+name, s)
	}
}

func TestRobinHoodOddKeys(t *testing.T) {
	maptest.RunFloats(t, NewRobinHood[float64, int])
	maptest.RunFloats(t, func(int) *RobinHood[float64, int] { return new(RobinHood[float64, int]) })
	maptest.RunInterfaces(t, NewRobinHood[any, int])
	maptest.RunInterfaces(t, func(int) *RobinHood[any, int] { return new(RobinHood[any, int]) })
}

func FuzzRobinHood(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x05\x01\x00\x07\x01\x30"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ops := maptest.Decode(data)
		rhSubject(maptest.Uint64Key, maptest.IntValue, nil).CheckOps(t, ops)
		rhSubject(maptest.Uint64Key, maptest.IntValue, probingIdentity).CheckOps(t, ops)
		rhSubject(maptest.StringKey, maptest.StringValue, nil).CheckOps(t, ops)
	})
}

// The picture at the head of robinhood.go, under a hash that is known: ten slots, all homes as drawn.
func TestRobinHoodPicture(t *testing.T) {
	homes := map[string]uint64{"A": 2, "B": 2, "C": 3, "D": 5, "E": 2}
	m := NewRobinHood[string, int](8)
	m.keys = hashmap.NewHashKeyer(func(key string) uint64 { return (homes[key]*2 + 1) << 60 / 10 * 8 &^ 0xff })
	drawn := func() string {
		var b strings.Builder
		for i, w := range m.meta[2:8] {
			if w != 0 {
				b.WriteString(m.slots[i+2].key)
				b.WriteByte('0' + byte(rhDisplacement(w)))
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	for _, key := range strings.Split("ABCD", "") {
		m.Set(key, 0)
	}
	m.Set("E", 0)
	if got := drawn(); got != "A0 B1 E2 C2 D1  " {
		t.Errorf("after five insertions: %s", got)
	}
	if m.Delete("B"); drawn() != "A0 E1 C1 D0   " {
		t.Errorf("after the deletion of B: %s", drawn())
	}
}

// Stats against a recount that knows nothing of metas: the home of each key from its hash, and the slots from there.
func TestRobinHoodStatsAreExact(t *testing.T) {
	for _, n := range []int{0, 1, 5, 100, 5000} {
		m := NewRobinHood[uint64, uint64](n / 2)
		for i := range n {
			m.Set(probingMix(uint64(i)), 0)
		}
		for i := 0; i < n; i += 3 {
			m.Delete(probingMix(uint64(i)))
		}
		want := hashmap.Stats{Entries: n - (n+2)/3, Slots: len(m.slots), Buckets: len(m.slots), Capacity: m.limit}
		want.Bytes = len(m.slots) * (16 + 4)
		for key := range m.All() {
			at := rhHome(m.keys.Hash(key), len(m.slots))
			steps := 0
			for m.slots[at].key != key {
				at = (at + 1) % len(m.slots)
				steps++
			}
			want.CountProbe(steps)
		}
		if got := m.Stats(); !reflect.DeepEqual(got, want) {
			t.Errorf("%d entries:\n%+v, counted\n%+v", n, got, want)
		}
		if room := m.Clone(); room.limit > 0 {
			for i := room.count; i < want.Capacity; i++ {
				room.Set(probingMix(^uint64(i)), 0)
			}
			if room.rehashes != 0 {
				t.Errorf("%d entries do not fit, Stats says they do", want.Capacity)
			}
		}
	}
}

// The check itself must see each invariant broken.
func TestRobinHoodVerifySeesFaults(t *testing.T) {
	for want, damage := range map[string]func(m *RobinHood[int, *int]){
		"invariant 1": func(m *RobinHood[int, *int]) { m.count-- },
		"invariant 2": func(m *RobinHood[int, *int]) { m.keys.Seed = hashmap.NewSeed() },
		"invariant 3": func(m *RobinHood[int, *int]) { // two neighbours of different homes change places
			for i := 1; ; i++ {
				if a, b := m.meta[i-1], m.meta[i]; b > rhStep*2 && a > b {
					m.meta[i-1], m.meta[i] = b-rhStep, a+rhStep
					m.slots[i-1], m.slots[i] = m.slots[i], m.slots[i-1]
					return
				}
			}
		},
		"invariant 4": func(m *RobinHood[int, *int]) {
			at, w := m.place(m.keys.Hash(1))
			m.open(at, w)
			m.slots[at].key = 1
			m.count++
		},
		"invariant 5": func(m *RobinHood[int, *int]) {
			for i, w := range m.meta {
				if w == 0 {
					m.slots[i].value = new(int)
				}
			}
		},
		"invariant 6": func(m *RobinHood[int, *int]) { m.slots = m.slots[:len(m.slots)-1] },
	} {
		m := NewRobinHood[int, *int](200)
		for i := range 180 {
			m.Set(i, nil)
		}
		if err := m.verify(); err != nil {
			t.Fatal(err)
		}
		if damage(m); m.verify() == nil || !strings.Contains(m.verify().Error(), want) {
			t.Errorf("%s broken, verify says %v", want, m.verify())
		}
	}
}
