package maptest

import (
	"fmt"
	"iter"

	"innards/hashmap"
)

// The laws are about numbers: i stands for Subject.Key(i), and values have numbers too. So they are compiled once, and not anew
// for each type of map with each type of key, of which two dozen in one test binary took the compiler half of its time.

// A numberedMap is a map under test as the laws see it.
type numberedMap interface {
	Map[int, int, numberedMap]
}

// numbered is a subject as the laws see it.
type numbered struct {
	New   func(capacity int) numberedMap
	Zero  func() numberedMap
	None  numberedMap // the nil map
	Value func(i int) int
	Check func(m numberedMap) error
	Again int
}

// numberedHashMap is a numberedMap of RunHash.
type numberedHashMap interface {
	numberedMap
	GetMany(keys, values []int, found []bool) int
	Stats() hashmap.Stats
}

// numbers are those of a subject's keys and values.
type numbers[K, V comparable] struct {
	key    func(i int) K
	keys   map[K]int // of those that were handed out
	values []V       // the zero value first
	value  map[V]int
}

// number is how the laws see a subject; wrap makes a numberedMap of each of its maps.
func number[K, V comparable, M Map[K, V, M]](s Subject[K, V, M], wrap func(translated[K, V, M]) numberedMap) numbered {
	var zero V
	var none M
	n := &numbers[K, V]{key: s.Key, keys: map[K]int{}, values: []V{zero}, value: map[V]int{zero: 0}}
	translate := func(m M) numberedMap { return wrap(translated[K, V, M]{m, n, wrap}) }
	all := numbered{
		New:  func(capacity int) numberedMap { return translate(s.New(capacity)) },
		None: translate(none), Value: func(i int) int { return n.valueOf(s.Value(i)) }, Again: s.Again,
	}
	if s.Zero != nil {
		all.Zero = func() numberedMap { return translate(s.Zero()) }
	}
	if s.Check != nil {
		all.Check = func(m numberedMap) error { return s.Check(m.(interface{ under() M }).under()) }
	}
	return all
}

// at is the key of a number: made anew, so that no map gets by with comparing addresses.
func (n *numbers[K, V]) at(i int) K {
	k := n.key(i)
	n.keys[k] = i
	return k
}

// of is the number of a key that a map produces.
func (n *numbers[K, V]) of(k K) int {
	i, ok := n.keys[k]
	if !ok {
		panic(fmt.Sprintf("maptest: the map produces %v, a key that it was never given", k))
	}
	return i
}

// valueOf is the number of a value.
func (n *numbers[K, V]) valueOf(v V) int {
	i, ok := n.value[v]
	if !ok {
		i = len(n.values)
		n.value[v], n.values = i, append(n.values, v)
	}
	return i
}

// translated is a map that takes and gives numbers.
type translated[K, V comparable, M Map[K, V, M]] struct {
	m    M
	n    *numbers[K, V]
	wrap func(translated[K, V, M]) numberedMap
}

func (t translated[K, V, M]) under() M              { return t.m }
func (t translated[K, V, M]) Len() int              { return t.m.Len() }
func (t translated[K, V, M]) At(key int) int        { return t.n.valueOf(t.m.At(t.n.at(key))) }
func (t translated[K, V, M]) Contains(key int) bool { return t.m.Contains(t.n.at(key)) }
func (t translated[K, V, M]) Clear()                { t.m.Clear() }
func (t translated[K, V, M]) Grow(n int)            { t.m.Grow(n) }
func (t translated[K, V, M]) Shrink()               { t.m.Shrink() }

func (t translated[K, V, M]) Clone() numberedMap {
	return t.wrap(translated[K, V, M]{t.m.Clone(), t.n, t.wrap})
}

func (t translated[K, V, M]) Get(key int) (int, bool) {
	v, ok := t.m.Get(t.n.at(key))
	return t.n.valueOf(v), ok
}

func (t translated[K, V, M]) Set(key, value int) (int, bool) {
	old, added := t.m.Set(t.n.at(key), t.n.values[value])
	return t.n.valueOf(old), added
}

func (t translated[K, V, M]) GetOrSet(key, value int) (int, bool) {
	v, loaded := t.m.GetOrSet(t.n.at(key), t.n.values[value])
	return t.n.valueOf(v), loaded
}

func (t translated[K, V, M]) Compute(key int, f func(old int, ok bool) (int, bool)) (int, bool) {
	v, ok := t.m.Compute(t.n.at(key), func(old V, ok bool) (V, bool) {
		value, keep := f(t.n.valueOf(old), ok)
		return t.n.values[value], keep
	})
	return t.n.valueOf(v), ok
}

func (t translated[K, V, M]) Delete(key int) (int, bool) {
	old, deleted := t.m.Delete(t.n.at(key))
	return t.n.valueOf(old), deleted
}

func (t translated[K, V, M]) DeleteFunc(del func(int, int) bool) {
	t.m.DeleteFunc(func(k K, v V) bool { return del(t.n.of(k), t.n.valueOf(v)) })
}

func (t translated[K, V, M]) SetAll(seq iter.Seq2[int, int]) {
	t.m.SetAll(func(yield func(K, V) bool) {
		seq(func(key, value int) bool { return yield(t.n.at(key), t.n.values[value]) })
	})
}

func (t translated[K, V, M]) All() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		t.m.All()(func(k K, v V) bool { return yield(t.n.of(k), t.n.valueOf(v)) })
	}
}

func (t translated[K, V, M]) Keys() iter.Seq[int] {
	return func(yield func(int) bool) { t.m.Keys()(func(k K) bool { return yield(t.n.of(k)) }) }
}

func (t translated[K, V, M]) Values() iter.Seq[int] {
	return func(yield func(int) bool) { t.m.Values()(func(v V) bool { return yield(t.n.valueOf(v)) }) }
}

// translatedHash has besides what hash maps have besides.
type translatedHash[K, V comparable, M HashMap[K, V, M]] struct{ translated[K, V, M] }

func (t translatedHash[K, V, M]) Stats() hashmap.Stats { return t.m.Stats() }

func (t translatedHash[K, V, M]) GetMany(keys, values []int, found []bool) int {
	var ks []K
	for _, key := range keys {
		ks = append(ks, t.n.at(key))
	}
	var vs []V
	if values != nil {
		vs = make([]V, len(values))
		for i, value := range values {
			vs[i] = t.n.values[value]
		}
	}
	count := t.m.GetMany(ks, vs, found)
	for i, v := range vs {
		values[i] = t.n.valueOf(v)
	}
	return count
}
