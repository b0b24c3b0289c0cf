package kernel

import (
	"cmp"
	"slices"
)

// Min is slices.Min: NaN where there is one, -0 before 0. It panics if s is empty.
func Min[T cmp.Ordered](s []T) T {
	if k := extremeKind(s); k != other {
		return minLong(k, s)
	}
	return slices.Min(s)
}

// Max is slices.Max, likewise.
func Max[T cmp.Ordered](s []T) T {
	if k := extremeKind(s); k != other {
		return maxLong(k, s)
	}
	return slices.Max(s)
}

// extremeKind is other where Go's loop is the faster one.
func extremeKind[T cmp.Ordered](s []T) kind {
	if len(s) < floatFrom {
		return other
	}
	k := kindOf[T]()
	if len(s) < minFrom && !k.float() {
		return other
	}
	return k
}
