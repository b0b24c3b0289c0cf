package ordertest

import "iter"

// Map is the vocabulary of a map in insertion order; M is the map itself, as Clone returns it.
type Map[K comparable, V any, M any] interface {
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
	Clone() M
	Grow(n int)
	Shrink()

	Backward() iter.Seq2[K, V]
	Front() (K, V, bool)
	Back() (K, V, bool)
	PopFront() (K, V, bool)
	PopBack() (K, V, bool)
	MoveToFront(key K) bool
	MoveToBack(key K) bool
	Nth(i int) (K, V)
	Index(key K) int
}
