package kernel

import (
	"cmp"
	"slices"
)

// Sort is slices.Sort: NaNs first, and in any order elements that are equal, as -0 and 0 are. Unless C has no memory for it,
// its time does not depend on how the elements are mixed; a slice of a few runs takes but their merging.
func Sort[T cmp.Ordered](s []T) {
	if len(s) < sortFrom || sizeOf[T]() < 8 && len(s) < sortNarrowFrom {
		if len(s) > pdqFrom {
			turn(s)
		}
		for i := 1; i < len(s); i++ { // as slices.Sort does it with fewer still, a few calls deeper
			v := s[i]
			j := i
			for ; j > 0 && cmp.Less(v, s[j-1]); j-- {
				s[j] = s[j-1]
			}
			s[j] = v
		}
		return
	}
	if len(s) < lookFrom && slices.IsSorted(s) {
		return
	}
	k := kindOf[T]()
	if k == other || sizeOf[T]() == 1 && len(s) < countedFrom { // other: strings
		slices.Sort(s)
		return
	}
	if starts := sortLong(k, s); starts != nil {
		mergeRuns(s, starts, cmp.Compare[T])
	}
}

// turn reverses the descending run that s begins with, which is where insertion is slowest and slices.Sort is not.
func turn[T cmp.Ordered](s []T) {
	run := 1
	for run < len(s) && !cmp.Less(s[run-1], s[run]) {
		run++
	}
	if run > 3 {
		slices.Reverse(s[:run])
	}
}

// SortStable is slices.SortStableFunc by cmp.Compare: of what is equal to it, only floats can be told apart, and of them only
// zeros and NaNs. They are put aside in their order, and back where Sort has put them.
func SortStable[T cmp.Ordered](s []T) {
	k := kindOf[T]()
	switch {
	case k == other:
		SortStableFunc(s, cmp.Compare[T])
		return
	case !k.float():
		Sort(s)
		return
	}
	zero := ofBits[T](0)
	var zeros, nans []T
	for _, v := range s {
		switch {
		case v == zero:
			zeros = append(zeros, v)
		case v != v:
			nans = append(nans, v)
		}
	}
	Sort(s)
	copy(s, nans)
	if len(zeros) > 0 {
		first, _ := slices.BinarySearch(s, zero)
		copy(s[first:], zeros)
	}
}
