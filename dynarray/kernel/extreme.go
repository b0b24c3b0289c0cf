package kernel

import (
	"cmp"
	"slices"
)

// Min is slices.Min: NaN where there is one, -0 before 0. It panics if s is empty.
func Min[T cmp.Ordered](s []T) T {
	if len(s) >= floatFrom {
		if k := extremeKind(s); k != other {
			return minLong(k, s)
		}
	}
	if len(s) == 0 {
		return slices.Min(s) // which panics
	}
	least := s[0]
	for _, v := range s[1:] {
		least = min(least, v)
	}
	return least
}

// Max is slices.Max, likewise.
func Max[T cmp.Ordered](s []T) T {
	if len(s) >= floatFrom {
		if k := extremeKind(s); k != other {
			return maxLong(k, s)
		}
	}
	if len(s) == 0 {
		return slices.Max(s)
	}
	most := s[0]
	for _, v := range s[1:] {
		most = max(most, v)
	}
	return most
}

// extremeKind is other where Go's loop is the faster one.
func extremeKind[T cmp.Ordered](s []T) kind {
	k := kindOf[T]()
	if len(s) < minFrom && !k.float() {
		return other
	}
	return k
}
