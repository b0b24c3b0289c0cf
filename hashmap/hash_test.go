package hashmap

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"strings"
	"testing"
)

// Equal keys hash alike and different ones differently, for every kind, made by New and made late.
func TestHashAgreesWithEqual(t *testing.T) {
	type padded struct {
		a uint8
		s string
	}
	agree(t, func(i int) uint64 { return uint64(i) << 48 })
	agree(t, func(i int) int16 { return int16(i) })
	agree(t, func(i int) [2]int64 { return [2]int64{int64(i) << 32, -int64(i)} })
	agree(t, func(i int) string { return strings.Repeat("x", i) })
	agree(t, func(i int) [5]uint16 { return [5]uint16{4: uint16(i)} })
	agree(t, func(i int) float64 { return float64(i) })
	agree(t, func(i int) any { return []any{i, uint(i)}[i%2] })
	agree(t, func(i int) padded { return padded{uint8(i), fmt.Sprint(i)} })
}

func agree[K comparable](t *testing.T, key func(int) K) {
	t.Helper()
	for _, k := range []Keyer[K]{NewKeyer[K](), Lazy[K](), NewFuncKeyer[K](plainHasher[K]{})} {
		seen := map[uint64]int{}
		for i := range 300 {
			a, b := key(i), key(i)
			if !k.Equal(a, b) || k.Hash(a) != k.Hash(b) || !k.Reflexive(a) {
				t.Fatalf("%v: %v is not equal to itself, or hashes to two values", k.Kind, a)
			}
			if k.Equal(a, key(i+1)) {
				t.Fatalf("%v: %v equals %v", k.Kind, a, key(i+1))
			}
			if j, ok := seen[k.Hash(a)]; ok {
				t.Fatalf("%v: %v and %v have one hash", k.Kind, a, key(j))
			}
			seen[k.Hash(a)] = i
		}
	}
}

type plainHasher[K comparable] struct{}

func (plainHasher[K]) Hash(h *maphash.Hash, key K) { maphash.WriteComparable(h, key) }
func (plainHasher[K]) Equal(a, b K) bool           { return a == b }

func TestNaN(t *testing.T) {
	k := NewKeyer[float64]()
	if k.Reflexive(math.NaN()) || k.Equal(math.NaN(), math.NaN()) || k.Hash(0) != k.Hash(math.Copysign(0, -1)) {
		t.Error("NaN equals itself, or -0 hashes differently from +0")
	}
}

// Every byte of a string counts, and its length does, at all lengths around the borders of the cases.
func TestStringSeesEveryByte(t *testing.T) {
	s := NewSeed()
	for n := range 80 {
		base := strings.Repeat("a", n)
		seen := map[uint64]bool{s.hashString(base): true, s.hashString(base + "\x00"): true, s.hashString(base + "a"): true}
		for i := range n {
			for bit := range 8 {
				changed := []byte(base)
				changed[i] ^= 1 << bit
				seen[s.hashString(string(changed))] = true
			}
		}
		if len(seen) != 3+8*n {
			t.Errorf("length %d: %d different hashes of %d strings", n, len(seen), 3+8*n)
		}
	}
}

func TestEqualStrings(t *testing.T) {
	for n := range 70 {
		a := strings.Repeat("abcdefg", 10)[:n]
		b := string([]byte(a))
		if !EqualStrings(a, b) || EqualStrings(a, b+"x") {
			t.Fatalf("length %d: wrong for equal strings or another length", n)
		}
		for i := range n {
			if c := a[:i] + "#" + a[i+1:]; EqualStrings(a, c) {
				t.Fatalf("%q equals %q", a, c)
			}
		}
	}
}

// What a look-up makes of a string's words is what HashString and EqualStrings make of it.
func TestWords(t *testing.T) {
	k := NewKeyer[string]()
	for n := range 70 {
		a := strings.Repeat("abcdefg", 10)[:n]
		if k.InWords(a) != (n >= 8 && n <= 32) {
			t.Fatalf("length %d", n)
		}
		if !k.InWords(a) {
			continue
		}
		first, second, third, last := k.Words(a)
		have := func(s string) bool { return k.HaveWords(s, uintptr(n), first, second, third, last) }
		if k.HashWords(uintptr(n), first, second, third, last) != k.HashString(a) || !have(string([]byte(a))) || have(a+"x") || have("") {
			t.Fatalf("length %d: another hash, or wrong for equal strings or another length", n)
		}
		for i := range n {
			if c := a[:i] + "#" + a[i+1:]; have(c) {
				t.Fatalf("%q has the words of %q", c, a)
			}
		}
	}
}

// Keys made to fold to zero under a public constant: the weakness of hashes with one secret. Nothing public
// takes part here, so each such family must spread under every seed.
func TestPublicConstantsDoNotCollide(t *testing.T) {
	for range 20 {
		k := NewKeyer[[2]uint64]()
		seen := map[uint64]bool{}
		for _, c := range []uint64{0, math.MaxUint64, scatter, 0xa0761d6478bd642f, 0xe7037ed1a0b428db} {
			for i := range uint64(2000) {
				seen[k.HashPair(c, i+1<<40)], seen[k.HashPair(i+2<<40, c)] = true, true
			}
		}
		if len(seen) != 20000 {
			t.Fatalf("%d different hashes of 20000", len(seen))
		}
	}
}

// No length can be traded for bytes: strings of neighbouring lengths whose loads agree up to the length.
func TestLengthCannotBeCancelled(t *testing.T) {
	s := NewSeed()
	for n := 9; n <= 16; n++ {
		a := []byte(strings.Repeat("\x00", n))
		b := make([]byte, n-1)
		a[n-8] ^= byte(n)
		b[n-9] ^= byte(n - 1)
		if s.hashString(string(a)) == s.hashString(string(b)) {
			t.Errorf("lengths %d and %d collide", n, n-1)
		}
	}
}

// Keys of one pattern fill the groups of a table as evenly as random ones: the fullest of 4096 places, picked by the
// high bits of the hash, holds at most some multiple of the mean of 16, and so for the bits from 16 up: HashWord promises no more.
func TestPatternsSpread(t *testing.T) {
	patterns := map[string]func(i uint64) uint64{
		"sequential": func(i uint64) uint64 { return i },
		"high":       func(i uint64) uint64 { return i << 48 },
		"middle":     func(i uint64) uint64 { return i << 32 },
		"pages":      func(i uint64) uint64 { return i * 4096 },
		"floats":     func(i uint64) uint64 { return math.Float64bits(float64(i)) },
		"reversed":   func(i uint64) uint64 { return bits.Reverse64(i) },
	}
	const places, mean = 4096, 16
	for name, pattern := range patterns {
		k := NewKeyer[uint64]()
		var high, low [places]int
		for i := range uint64(places * mean) {
			h := k.HashWord(pattern(i))
			high[h>>52]++
			low[h>>16%places]++
		}
		for i := range places {
			if high[i] > 5*mean || low[i] > 5*mean {
				t.Errorf("%s: place %d has %d by the high bits and %d by those from 16 up, mean %d", name, i, high[i], low[i], mean)
				break
			}
		}
	}
}

func TestSeeds(t *testing.T) {
	a, b := NewKeyer[uint64](), NewKeyer[uint64]()
	if a.Hash(1) == b.Hash(1) {
		t.Error("two maps have one seed")
	}
	before := a.Hash(1)
	if a.Reseed(); a.Hash(1) == before {
		t.Error("Reseed keeps the seed")
	}
	a.Seed = MakeSeed(0, 0)
	if a.Reseed(); a.Hash(77) != a.Hash(78) {
		t.Error("a made seed does not stay, or (0, 0) does not make all words collide")
	}
}

func TestStats(t *testing.T) {
	s := Stats{Entries: 3, Slots: 12, Bytes: 60}
	s.CountProbe(0)
	s.CountProbe(2)
	s.CountProbe(2)
	if s.LoadFactor() != 0.25 || s.BytesPerEntry() != 20 || s.Displaced() != 2 || s.LongestProbe() != 2 || s.MeanProbe() != 4.0/3 {
		t.Errorf("%+v: %v %v %v %v %v", s, s.LoadFactor(), s.BytesPerEntry(), s.Displaced(), s.LongestProbe(), s.MeanProbe())
	}
	if none := (Stats{}); none.LoadFactor() != 0 || none.MeanProbe() != 0 || none.LongestProbe() != 0 {
		t.Error("an empty map has a load")
	}
	if text := s.String(); !strings.HasPrefix(text, "3 entries in 12 slots") || !strings.HasSuffix(text, "    2  2\n") {
		t.Errorf("String gave %q", text)
	}
}
