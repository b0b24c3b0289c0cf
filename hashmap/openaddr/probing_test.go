package openaddr

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"innards/hashmap"
	"innards/hashmap/maptest"
)

var probes = []Probe{Linear, Quadratic, DoubleHash, Perturb}

// probingSubject builds maps under test. change, if there is one, makes the hash of a new map worse.
func probingSubject[K, V comparable](p Probe, key func(int) K, value func(int) V,
	change func(*hashmap.Keyer[K])) maptest.Subject[K, V, *Probing[K, V]] {
	s := maptest.Subject[K, V, *Probing[K, V]]{
		New: func(capacity int) *Probing[K, V] {
			m := NewProbing[K, V](capacity, p)
			if change != nil {
				change(&m.keys)
			}
			return m
		},
		Key:   key,
		Value: value,
		Check: (*Probing[K, V]).verify,
	}
	if p == Perturb {
		s.Again = 13 // as long as 64 bits last, five at a time; then no slot comes twice
	}
	if p == Linear {
		s.Zero = func() *Probing[K, V] { return new(Probing[K, V]) }
	}
	return s
}

func probingRun[K, V comparable](t *testing.T, name string, s maptest.Subject[K, V, *Probing[K, V]]) {
	t.Run(name, func(t *testing.T) { maptest.RunHash(t, s) })
}

// Each kind of key with one of the sequences, and words with all.
func TestProbingKeysAndValues(t *testing.T) {
	t.Parallel()
	probingRun(t, "pair-none", probingSubject(Linear, maptest.PairKey, maptest.NoValue, nil))
	probingRun(t, "array-large", probingSubject(DoubleHash, maptest.ArrayKey, maptest.BigValue, nil))
	probingRun(t, "float-int", probingSubject(Linear, maptest.FloatKey, maptest.IntValue, nil))
	probingRun(t, "any-int", probingSubject(Perturb, maptest.AnyKey, maptest.IntValue, nil))
	probingRun(t, "padded-int", probingSubject(Quadratic, maptest.PaddedKey, maptest.IntValue, nil))
	for _, p := range probes {
		probingRun(t, fmt.Sprint(p, "/uint64-int"), probingSubject(p, maptest.Uint64Key, maptest.IntValue, nil))
	}
	probingRun(t, "string-string", probingSubject(Linear, maptest.StringKey, maptest.StringValue, nil))
}

func TestProbingBadHashes(t *testing.T) {
	t.Parallel()
	for _, p := range probes {
		probingRun(t, fmt.Sprint(p, "/identity"), probingSubject(p, maptest.Uint64Key, maptest.IntValue, probingIdentity))
	}
	probingRun(t, "few bits", probingSubject(DoubleHash, maptest.Uint64Key, maptest.IntValue, probingSeeded[uint64](0, 1<<57)))
	probingRun(t, "constant", probingSubject(Quadratic, maptest.Uint64Key, maptest.IntValue, probingSeeded[uint64](0, 0)))
	for name, h := range maptest.Hashers[string]() {
		p := map[string]Probe{"good": Quadratic, "4bit": Perturb, "constant": Linear}[name]
		s := probingSubject(p, maptest.StringKey, maptest.StringValue, nil)
		s.New = func(capacity int) *Probing[string, string] { return NewProbingFunc[string, string](capacity, p, h) }
		s.Zero = nil
		probingRun(t, "func-"+name, s)
	}
}

func TestProbingOddKeys(t *testing.T) {
	for _, p := range probes {
		maptest.RunFloats(t, func(capacity int) *Probing[float64, int] { return NewProbing[float64, int](capacity, p) })
		maptest.RunInterfaces(t, func(capacity int) *Probing[any, int] { return NewProbing[any, int](capacity, p) })
	}
	maptest.RunFloats(t, func(int) *Probing[float64, int] { return new(Probing[float64, int]) })
	maptest.RunInterfaces(t, func(int) *Probing[any, int] { return new(Probing[any, int]) })
}

func FuzzProbing(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x05\x01\x00\x07\x01\x30"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ops := maptest.Decode(data)
		for _, p := range probes {
			probingSubject(p, maptest.Uint64Key, maptest.IntValue, nil).CheckOps(t, ops)
			probingSubject(p, maptest.Uint64Key, maptest.IntValue, probingIdentity).CheckOps(t, ops)
		}
		probingSubject(Perturb, maptest.StringKey, maptest.StringValue, nil).CheckOps(t, ops)
	})
}

// textbook writes the first n slots of a probe sequence as its inventor would.
func textbook(p Probe, hash uint64, mask, n int) []int {
	rule := ruleOf(p)
	home := int(rule.start(hash).i & uint64(mask)) // how a hash gives the home is no matter of the sequence
	i, perturb := home, hash
	path := []int{i}
	for k := 1; k < n; k++ {
		switch p {
		case Linear:
			i = (home + k) & mask
		case Quadratic:
			i = (home + k*(k+1)/2) & mask
		case DoubleHash:
			i = (home + k*(int(hash>>32)|1)) & mask
		case Perturb:
			perturb >>= 5
			i = (i*5 + int(perturb&uint64(mask)) + 1) & mask
		}
		path = append(path, i)
	}
	return path
}

// The one recurrence gives what the four textbooks do, and each sequence comes to all slots.
func TestProbeSequences(t *testing.T) {
	for _, p := range probes {
		for _, slots := range []int{8, 64, 4096} {
			rule, mask := ruleOf(p), slots-1
			for hash := range uint64(50) {
				hash = probingMix(hash)
				want, path := textbook(p, hash, mask, 3*slots), rule.start(hash)
				seen := map[int]bool{}
				for k, i := range want {
					if got := int(path.i & uint64(mask)); got != i {
						t.Fatalf("%v, %d slots, hash %#x: step %d is slot %d, want %d", p, slots, hash, k, got, i)
					}
					seen[i] = true
					rule.step(&path)
				}
				if len(seen) != slots {
					t.Fatalf("%v, hash %#x: came to %d of %d slots", p, hash, len(seen), slots)
				}
			}
		}
	}
}

// Stats against a recount by textbook sequences, with tombstones in the table.
func TestProbingStatsAreExact(t *testing.T) {
	for _, p := range probes {
		for _, n := range []int{0, 1, 5, 100, 5000} {
			m := NewProbing[uint64, uint64](n/2, p)
			for i := range n {
				m.Set(probingMix(uint64(i)), 0)
			}
			for i := 0; i < n; i += 3 {
				m.Delete(probingMix(uint64(i)))
			}
			slots := len(m.slots)
			want := hashmap.Stats{Entries: n - (n+2)/3, Slots: slots, Buckets: slots, Capacity: m.limit, Bytes: slots * (16 + 1)}
			for key := range m.All() {
				for steps, at := range textbook(p, m.keys.Hash(key), slots-1, min(slots, 200)) {
					if m.slots[at].key == key {
						want.CountProbe(steps)
						break
					}
				}
			}
			for _, tag := range m.tags {
				if tag == probingTombstone {
					want.Tombstones++
				}
			}
			if n == 5000 && p != Linear && want.Tombstones != 1667 {
				t.Errorf("%v: %d tombstones after 1667 deletions", p, want.Tombstones)
			}
			if got := m.Stats(); !reflect.DeepEqual(got, want) {
				t.Errorf("%v, %d entries:\n%+v, counted\n%+v", p, n, got, want)
			}
			if room := m.Clone(); room.limit > 0 {
				for i := room.count; i < want.Capacity; i++ {
					room.Set(probingMix(^uint64(i)), 0)
				}
				if len(room.slots) != slots {
					t.Errorf("%v: %d entries do not fit, Stats says they do", p, want.Capacity)
				}
			}
		}
	}
}

// The check itself must see each invariant broken.
func TestProbingVerifySeesFaults(t *testing.T) {
	for want, damage := range map[string]func(m *Probing[int, *int]){
		"invariant 1": func(m *Probing[int, *int]) { m.count-- },
		"invariant 2": func(m *Probing[int, *int]) { m.keys.Seed = hashmap.NewSeed() },
		"invariant 3": func(m *Probing[int, *int]) { // an entry goes to an empty slot that no collision led to
			for i, tag := range m.tags {
				if tag == probingEmpty {
					at, _ := m.find(1)
					m.tags[i], m.slots[i] = m.tags[at], m.slots[at]
					m.tags[at], m.slots[at] = probingEmpty, probingSlot[int, *int]{}
					return
				}
			}
		},
		"invariant 4": func(m *Probing[int, *int]) {
			at, _ := m.claim(m.keys.Hash(1))
			m.tags[at], m.slots[at].key = probingTag(m.keys.Hash(1)), 1
			m.count++
		},
		"invariant 5": func(m *Probing[int, *int]) { at, _ := m.find(1); m.remove(at); m.slots[at].value = new(int) },
		"invariant 6": func(m *Probing[int, *int]) { m.tombs++ },
		"invariant 7": func(m *Probing[int, *int]) { m.limit-- },
	} {
		for _, p := range probes {
			m := NewProbing[int, *int](150, p)
			for i := range 150 {
				m.Set(i, nil)
			}
			if err := m.verify(); err != nil {
				t.Fatal(err)
			}
			if damage(m); m.verify() == nil || !strings.Contains(m.verify().Error(), want) {
				t.Errorf("%v: %s broken, verify says %v", p, want, m.verify())
			}
		}
	}
}

// bothMap is what the tests below ask of RobinHood and Probing alike.
type bothMap[K comparable] interface {
	Set(K, uint64) (uint64, bool)
	Get(K) (uint64, bool)
	Delete(K) (uint64, bool)
	Len() int
	Stats() hashmap.Stats
}

// bothMaps makes a map of each design.
func bothMaps[K comparable](capacity int) map[string]bothMap[K] {
	all := map[string]bothMap[K]{"robin hood": NewRobinHood[K, uint64](capacity)}
	for _, p := range probes {
		all[p.String()] = NewProbing[K, uint64](capacity, p)
	}
	return all
}

// Churn at a constant size: neither the table nor, once garbage is collected, the heap grows; probes stay short.
func TestProbingChurnIsSteady(t *testing.T) {
	const n = 12_000 // close to three quarters of 16384, where tombstones have the least room
	for name, m := range bothMaps[uint64](n) {
		for i := range uint64(n) {
			m.Set(i, i)
		}
		before := m.Stats()
		heap := liveHeap()
		for i := range uint64(10 * n) {
			if _, deleted := m.Delete(i); !deleted {
				t.Fatalf("%s: lost %d", name, i)
			}
			m.Set(i+n, i)
		}
		after := m.Stats()
		if grown := liveHeap() - heap; grown > before.Bytes/10 {
			t.Errorf("%s: churn grew the heap by %d bytes", name, grown)
		}
		if after.Bytes != before.Bytes || after.Entries != n {
			t.Errorf("%s: churn grew the table\nbefore: %vafter: %v", name, before, after)
		}
		if after.MeanProbe() > 2*before.MeanProbe()+0.5 {
			t.Errorf("%s: churn lengthened the probes, before: %vafter: %v", name, before, after)
		}
	}
}

func liveHeap() int {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return int(s.HeapAlloc)
}

// A table that does nothing but delete and insert must not rehash all the time, whatever room its size leaves.
func TestProbingRehashesAreRare(t *testing.T) {
	for _, p := range probes {
		for n := 6; n < 1000; n = n*5/4 + 1 {
			m := NewProbing[uint64, uint64](n, p)
			for i := range uint64(n) {
				m.Set(i, i)
			}
			before := m.rehashes
			const rounds = 2000
			for i := range uint64(rounds) {
				m.Delete(i)
				m.Set(i+uint64(n), i)
			}
			if most := rounds/max(1, uint64(len(m.slots))/8) + 1; m.rehashes-before > most {
				t.Errorf("%v, %d entries in %d slots: %d rehashes in %d rounds", p, n, len(m.slots), m.rehashes-before, rounds)
			}
		}
	}
}

// Keys of natural patterns need no more steps than twice those of random keys, in a table as full as it gets.
func TestProbingPatternsLikeRandomKeys(t *testing.T) {
	const n = 6000 // three quarters of 8192, less 144
	for name, pattern := range map[string]func(i uint64) uint64{
		"sequential": func(i uint64) uint64 { return i },
		"pages":      func(i uint64) uint64 { return i * 4096 },
		"middle":     func(i uint64) uint64 { return i << 32 },
		"high":       func(i uint64) uint64 { return i << 48 }, // only 65,536 of them, which n is below
		"floats":     func(i uint64) uint64 { return math.Float64bits(float64(i)) },
		"objects":    func(i uint64) uint64 { return 0xc000000000 + i*24 },
	} {
		random := meanProbes(n, probingMix)
		for design, mean := range meanProbes(n, pattern) {
			if mean > 2*random[design] {
				t.Errorf("%s: %s keys take %.2f extra steps a hit, random ones %.2f", design, name, mean, random[design])
			}
		}
	}
	random := meanProbes(n, func(i uint64) string { return string(binary.LittleEndian.AppendUint64(nil, probingMix(i))) })
	shared := strings.Repeat("/usr/share/", 5)
	for design, mean := range meanProbes(n, func(i uint64) string { return shared + fmt.Sprint(i) }) {
		if mean > 2*random[design] {
			t.Errorf("%s: strings with a shared prefix take %.2f extra steps a hit, random ones %.2f", design, mean, random[design])
		}
	}
}

// meanProbes is the mean of Stats.MeanProbe over a few seeds, for each design.
func meanProbes[K comparable](n int, key func(i uint64) K) map[string]float64 {
	const seeds = 4
	means := map[string]float64{}
	for range seeds {
		for design, m := range bothMaps[K](n) {
			for i := range uint64(n) {
				m.Set(key(i), i)
			}
			means[design] += m.Stats().MeanProbe() / seeds
		}
	}
	return means
}

// Keys that an attacker made for a seed that got out: all of them have their home in a five-hundredth of the table. The
// map must leave that seed. flood finds the keys for where(hash) to be true.
func TestProbingReseedsUnderFlood(t *testing.T) {
	const n = 3000
	flood := func(keys hashmap.Keyer[uint64], where func(hash uint64) bool) (found []uint64) {
		for x := uint64(0); len(found) < n; x++ {
			if where(keys.HashWord(probingMix(x))) {
				found = append(found, probingMix(x))
			}
		}
		return found
	}
	fill := func(name string, m bothMap[uint64], keys []uint64) {
		for _, x := range keys {
			m.Set(x, x)
		}
		for _, x := range keys {
			if got, ok := m.Get(x); !ok || got != x {
				t.Fatalf("%s: lost %#x", name, x)
			}
		}
		if st := m.Stats(); st.LongestProbe() > 128 || st.Entries != n || st.LoadFactor() < 0.1 {
			t.Errorf("%s: after a flood: %v", name, st)
		}
	}
	rh := NewRobinHood[uint64, uint64](0)
	fill("robin hood", rh, flood(rh.keys, func(h uint64) bool { return h>>55 == 77 }))
	for _, p := range probes {
		m := NewProbing[uint64, uint64](0, p)
		low := uint64(1)<<9 - 1
		where := func(h uint64) bool { return m.rule.start(h).i&low == 77 } // one home in a table of 512 slots, eight in one of 4096
		if p == DoubleHash || p == Perturb {                                // these part such keys by themselves: no seed need be changed
			fill(p.String(), m, flood(m.keys, where))
			continue
		}
		seed := m.keys.Seed
		if fill(p.String(), m, flood(m.keys, where)); m.keys.Seed == seed {
			t.Errorf("%v: a flood has not changed the seed", p)
		}
	}
	// A seed under which all hashes agree, and which nothing keeps: each design must leave it.
	rh = NewRobinHood[uint64, uint64](0)
	rh.keys.Seed.A, rh.keys.Seed.B = 0, 0
	fill("robin hood, one hash", rh, flood(hashmap.NewKeyer[uint64](), func(uint64) bool { return true }))
	for _, p := range probes {
		m := NewProbing[uint64, uint64](0, p)
		m.keys.Seed.A, m.keys.Seed.B = 0, 0
		fill(p.String()+", one hash", m, flood(hashmap.NewKeyer[uint64](), func(uint64) bool { return true }))
	}
}

// constantHasher writes the same for every key: no seed helps.
type constantHasher struct{}

func (constantHasher) Hash(h *maphash.Hash, _ int) { h.WriteByte(1) }
func (constantHasher) Equal(a, b int) bool         { return a == b }

// Under a hopeless Hasher the map is slow, and that is all: it stays right, it stays bounded, it ends.
func TestProbingBearsConstantHashers(t *testing.T) {
	const n = 700
	rh := NewRobinHoodFunc[int, int](0, constantHasher{})
	for i := range n {
		rh.Set(i, i)
	}
	if st := rh.Stats(); rh.Len() != n || st.LongestProbe() != n-1 || st.LoadFactor() < 0.2 {
		t.Errorf("robin hood: %v", st)
	}
	if rh.rehashes > 24 {
		t.Errorf("robin hood: %d rehashes of %d entries", rh.rehashes, n)
	}
	for _, p := range probes {
		m := NewProbingFunc[int, int](0, p, constantHasher{})
		for i := range n {
			m.Set(i, i)
		}
		// Perturb may come to a slot twice in its first steps.
		if st := m.Stats(); m.Len() != n || st.LongestProbe() < n-1 || st.LongestProbe() > n+16 || st.LoadFactor() < 0.3 {
			t.Errorf("%v: %v", p, st)
		}
		if m.rehashes > 24 {
			t.Errorf("%v: %d rehashes of %d entries", p, m.rehashes, n)
		}
	}
}

// flakyHasher panics when told to: in the middle of a rehash.
type flakyHasher struct{ left *int }

func (f flakyHasher) Hash(h *maphash.Hash, key int) {
	if *f.left--; *f.left == 0 {
		panic("no hash today")
	}
	maphash.WriteComparable(h, key)
}
func (flakyHasher) Equal(a, b int) bool { return a == b }

// A Hasher that panics in a rehash leaves the map as it was.
func TestProbingSurvivesPanicInRehash(t *testing.T) {
	for at := 1; at < 40; at++ {
		left := 0
		rh := NewRobinHoodFunc[int, int](0, flakyHasher{&left})
		p := NewProbingFunc[int, int](0, Quadratic, flakyHasher{&left})
		for i := range 30 {
			rh.Set(i, i)
			p.Set(i, i)
		}
		for _, grow := range []func(int){rh.Grow, p.Grow} {
			left = at
			func() {
				defer func() { _ = recover() }()
				grow(1000)
			}()
		}
		left = 0
		if err := rh.verify(); err != nil || rh.Len() != 30 {
			t.Fatal(err)
		}
		if err := p.verify(); err != nil || p.Len() != 30 {
			t.Fatal(err)
		}
	}
}

// A range over many NaNs and others of one home and tag, while entries of that very place go and come.
func TestRobinHoodRangeOverTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		m := NewRobinHood[uint64, uint64](0)
		m.keys = hashmap.NewHashKeyer(func(x uint64) uint64 { return x % 3 << 60 })
		live, before := map[uint64]bool{}, map[uint64]bool{}
		for i := range uint64(r.IntN(40)) {
			m.Set(i, i)
			live[i], before[i] = true, true
		}
		next := uint64(1000)
		produced := map[uint64]bool{}
		for key := range m.All() {
			if produced[key] || !live[key] {
				t.Fatalf("%d: produced before %v, alive %v", key, produced[key], live[key])
			}
			produced[key] = true
			for range r.IntN(3) {
				gone := uint64(r.IntN(40))
				m.Delete(gone)
				delete(live, gone)
				if next < 1100 {
					m.Set(next, next)
					live[next] = true
					next++
				}
			}
		}
		for key := range before {
			if live[key] && !produced[key] {
				t.Fatalf("%d was there all along and was not produced", key)
			}
		}
	}
}

func TestProbingConstructors(t *testing.T) {
	for name, f := range map[string]func(){
		"NewRobinHood(-1)":           func() { NewRobinHood[int, int](-1) },
		"NewRobinHood(MaxInt)":       func() { NewRobinHood[int, int](math.MaxInt) },
		"NewProbing(-1)":             func() { NewProbing[int, int](-1, Linear) },
		"NewProbing(MaxInt)":         func() { NewProbing[int, int](math.MaxInt, Linear) },
		"NewProbing, no such probe":  func() { NewProbing[int, int](1, Perturb+1) },
		"Grow(MaxInt) of RobinHood":  func() { m := NewRobinHood[int, int](3); m.Set(1, 1); m.Grow(math.MaxInt) },
		"Grow(MaxInt) of Probing":    func() { m := NewProbing[int, int](3, Linear); m.Set(1, 1); m.Grow(math.MaxInt) },
		"Set of slices in RobinHood": func() { new(RobinHood[any, int]).Set([]int{}, 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
	for n := range 3000 {
		if m := NewRobinHood[int, struct{}](n); m.limit < n || n > 0 && rhLimit(len(m.slots)-1) >= n {
			t.Fatalf("RobinHood: %d slots for %d entries", len(m.slots), n)
		}
		if m := NewProbing[int, struct{}](n, Linear); m.limit < n || n > 6 && probingLimit(len(m.slots)/2) >= n {
			t.Fatalf("Probing: %d slots for %d entries", len(m.slots), n)
		}
	}
	var none *Probing[int, int]
	if none.Probe() != Linear || NewProbing[int, int](0, Perturb).Probe() != Perturb {
		t.Error("Probe() is not what was chosen")
	}
}
