package orderedmap

import "iter"

// A Change is what became of one key in two descendants of a map, as Diff yields it.
type Change[V comparable] struct {
	Base, Ours, Theirs Entry[V]
}

// An Entry is the value of a key in one map, or that there is none.
type Entry[V comparable] struct {
	Value   V
	Present bool
}

// Merged returns what a merge of the two makes of the key, and true: what the one that changed it made of it, or both
// alike. Where each made something else of it, it returns false.
func (c Change[V]) Merged() (Entry[V], bool) {
	switch {
	case c.Ours == c.Base, c.Ours == c.Theirs:
		return c.Theirs, true
	case c.Theirs == c.Base:
		return c.Ours, true
	}
	return Entry[V]{}, false
}

// Diff yields each key that ours or theirs sets, changes or deletes in comparison with base, from which both come: first
// those of base in its order, then those that are new in ours in its order, then those that only theirs has. A change of
// place is none: keys and values count. A nil base is an empty one; Diff(a, b, b) is how b differs from a alone. The
// maps must not be changed meanwhile.
func Diff[K, V comparable](base, ours, theirs *Map[K, V]) iter.Seq2[K, Change[V]] {
	return func(yield func(K, Change[V]) bool) {
		of := func(m *Map[K, V], key K) (e Entry[V]) {
			e.Value, e.Present = m.Get(key)
			return e
		}
		// Each map in turn yields the keys that none of the maps before it has.
		for i, m := range []*Map[K, V]{base, ours, theirs} {
			for key, value := range m.All() {
				if i > 0 && base.Contains(key) || i > 1 && ours.Contains(key) {
					continue
				}
				c := Change[V]{of(base, key), of(ours, key), of(theirs, key)}
				if key != key { // no look-up finds it: it is deleted from one map and set in another
					c = Change[V]{}
					*[]*Entry[V]{&c.Base, &c.Ours, &c.Theirs}[i] = Entry[V]{value, true}
				}
				if (c.Ours != c.Base || c.Theirs != c.Base) && !yield(key, c) {
					return
				}
			}
		}
	}
}
