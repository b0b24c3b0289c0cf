package maptest

import (
	"hash/maphash"
	"iter"
	"testing"

	"innards/hashmap"
)

// Map is the method set that all maps share. Self is the map's own type.
type Map[K, V, Self any] interface {
	Len() int
	Get(key K) (V, bool)
	At(key K) V
	Contains(key K) bool
	Set(key K, value V) (old V, added bool)
	GetOrSet(key K, value V) (actual V, loaded bool)
	Compute(key K, f func(old V, ok bool) (value V, keep bool)) (V, bool)
	Delete(key K) (old V, deleted bool)
	DeleteFunc(del func(K, V) bool)
	SetAll(seq iter.Seq2[K, V])
	All() iter.Seq2[K, V]
	Keys() iter.Seq[K]
	Values() iter.Seq[V]
	Clear()
	Clone() Self
	Grow(n int)
	Shrink()
}

// HashMap is what hash maps have besides.
type HashMap[K, V, Self any] interface {
	Map[K, V, Self]
	GetMany(keys []K, values []V, found []bool) int
	Stats() hashmap.Stats
}

// Subject is a map under test. The zero M must be a nil map.
type Subject[K, V comparable, M Map[K, V, M]] struct {
	New   func(capacity int) M
	Zero  func() M        // a map that was declared, not constructed; nil if the type has no use for that
	Key   func(i int) K   // a different key for each i
	Value func(i int) V   // a different value for each i, as far as the type allows
	Check func(m M) error // the map's own check of its invariants; may be nil
	// Again is how often a probe sequence may come to a slot that it has looked at before; 0 for most.
	Again int
}

// law is one thing that all maps must do.
type law struct {
	name  string
	check func() error
}

// Run holds the subject against every law that all maps share.
func Run[K, V comparable, M Map[K, V, M]](t *testing.T, s Subject[K, V, M]) {
	t.Helper()
	runLaws(t, laws(plainly(s)))
}

// RunHash does what Run does, and checks what only hash maps have.
func RunHash[K, V comparable, M HashMap[K, V, M]](t *testing.T, s Subject[K, V, M]) {
	t.Helper()
	n := hashed(s)
	runLaws(t, append(laws(n), hashLaws(n)...))
}

func plainly[K, V comparable, M Map[K, V, M]](s Subject[K, V, M]) numbered {
	return number(s, func(t translated[K, V, M]) numberedMap { return t })
}

func hashed[K, V comparable, M HashMap[K, V, M]](s Subject[K, V, M]) numbered {
	return number(s, func(t translated[K, V, M]) numberedMap { return translatedHash[K, V, M]{t} })
}

func runLaws(t *testing.T, laws []law) {
	t.Helper()
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			if err := guard(l.check); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func laws(s numbered) []law {
	return []law{
		{"exhaustive", s.exhaustive},
		{"sizes", s.sizes},
		{"streams", s.streams},
		{"range", s.rangeLaws},
		{"nil", s.nilMap},
		{"zero", s.zeroMap},
		{"clone", s.cloneIsIndependent},
		{"clear", s.clearEmpties},
		{"room", s.growAndShrink},
		{"callbacks", s.callbacks},
	}
}

// Hashers are a good hash of the builtin equality and two bad ones: all that a map does must be right, if slow,
// when everything collides.
func Hashers[K comparable]() map[string]hashmap.Hasher[K] {
	seed := maphash.MakeSeed()
	return map[string]hashmap.Hasher[K]{
		"good":     badHasher[K]{seed, ^uint64(0)},
		"4bit":     badHasher[K]{seed, 15},
		"constant": badHasher[K]{seed, 0},
	}
}

type badHasher[K comparable] struct {
	seed maphash.Seed
	mask uint64
}

func (b badHasher[K]) Hash(h *maphash.Hash, key K) {
	maphash.WriteComparable(h, maphash.Comparable(b.seed, key)&b.mask)
}

func (b badHasher[K]) Equal(x, y K) bool { return x == y }
