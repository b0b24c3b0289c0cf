package dynarray

import (
	"cmp"
	"slices"
)

// SortBy sorts by a key of each element, in ascending order or in descending: Python's l.sort(key=…, reverse=…).
// Elements with equal keys keep their order, also in descending order, which sorting and then reversing would not give.
// key is called once for each element. It cannot use the list: any attempt panics; if it panics, the list is as it was.
func SortBy[T comparable, K cmp.Ordered](l *List[T], key func(T) K, descending bool) {
	type keyed struct {
		key   K
		value T
	}
	var all []keyed
	l.a.lend(func(s []T) {
		all = make([]keyed, len(s)) // on Go's heap: keys may be strings
		for i, v := range s {
			all[i] = keyed{key(v), v}
		}
	})
	by := func(a, b keyed) int { return cmp.Compare(a.key, b.key) }
	if descending {
		by = func(a, b keyed) int { return cmp.Compare(b.key, a.key) }
	}
	slices.SortStableFunc(all, by)
	for i := range all {
		l.a.s[i] = all[i].value
	}
}
