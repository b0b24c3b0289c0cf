package orderedmap

import "iter"

// All iterates over the entries in order. The map may be changed in the loop, in any way: the next entry yielded is
// the successor, in the map as it is now, of the entry yielded before. So entries deleted before their turn are not
// yielded, and entries set behind the current one are.
func (s *Sorted[K, V]) All() iter.Seq2[K, V] { return s.inner().All() }

// Backward iterates over the entries in reverse order, under the same rule as All with the order reversed.
func (s *Sorted[K, V]) Backward() iter.Seq2[K, V] { return s.inner().Backward() }

// From iterates over the entries whose keys are not less than lo, as All does.
func (s *Sorted[K, V]) From(lo K) iter.Seq2[K, V] { return s.inner().From(lo) }

// Range iterates over the entries with lo <= key < hi, as All does.
func (s *Sorted[K, V]) Range(lo, hi K) iter.Seq2[K, V] { return s.inner().Range(lo, hi) }

// Keys iterates over the keys in order, as All does.
func (s *Sorted[K, V]) Keys() iter.Seq[K] { return s.inner().Keys() }

// Values iterates over the values in the order of their keys, as All does.
func (s *Sorted[K, V]) Values() iter.Seq[V] { return s.inner().Values() }

// Min returns the entry with the smallest key, and false if the map is empty.
func (s *Sorted[K, V]) Min() (K, V, bool) { return s.inner().Min() }

// Max returns the entry with the largest key, and false if the map is empty.
func (s *Sorted[K, V]) Max() (K, V, bool) { return s.inner().Max() }

// Front is Min.
func (s *Sorted[K, V]) Front() (K, V, bool) { return s.inner().Min() }

// Back is Max.
func (s *Sorted[K, V]) Back() (K, V, bool) { return s.inner().Max() }

// PopFront removes and returns the entry with the smallest key, and false if the map is empty.
func (s *Sorted[K, V]) PopFront() (K, V, bool) { return s.inner().PopFront() }

// PopBack removes and returns the entry with the largest key, and false if the map is empty.
func (s *Sorted[K, V]) PopBack() (K, V, bool) { return s.inner().PopBack() }

// Floor returns the entry with the largest key that is not greater than key, and false if there is none.
func (s *Sorted[K, V]) Floor(key K) (K, V, bool) { return s.inner().Floor(key) }

// Ceiling returns the entry with the smallest key that is not less than key, and false if there is none.
func (s *Sorted[K, V]) Ceiling(key K) (K, V, bool) { return s.inner().Ceiling(key) }

// Rank returns the number of keys smaller than key.
func (s *Sorted[K, V]) Rank(key K) int { return s.inner().Rank(key) }

// Index returns the place of key, from 0 on, or -1 where it is absent.
func (s *Sorted[K, V]) Index(key K) int { return s.inner().Index(key) }

// Nth returns the entry at place i. It panics if there is none.
func (s *Sorted[K, V]) Nth(i int) (K, V) { return s.inner().Nth(i) }
