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
	return MinShort(s)
}

// MinShort is the loop of Min, to be inlined. It has two chains, because each step waits for the one before.
func MinShort[T cmp.Ordered](s []T) T {
	least, other, i := s[0], s[0], 1
	for ; i < len(s)-3; i += 4 {
		least, other = min(least, s[i], s[i+1]), min(other, s[i+2], s[i+3])
	}
	for ; uint(i) < uint(len(s)); i++ {
		least = min(least, s[i])
	}
	return min(least, other)
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
	return MaxShort(s)
}

// MaxShort is the loop of Max, to be inlined. It has two chains, because each step waits for the one before.
func MaxShort[T cmp.Ordered](s []T) T {
	most, other, i := s[0], s[0], 1
	for ; i < len(s)-3; i += 4 {
		most, other = max(most, s[i], s[i+1]), max(other, s[i+2], s[i+3])
	}
	for ; uint(i) < uint(len(s)); i++ {
		most = max(most, s[i])
	}
	return max(most, other)
}

// extremeKind is other where Go's loop is the faster one.
func extremeKind[T cmp.Ordered](s []T) kind {
	k := kindOf[T]()
	if len(s) < minFrom && !k.float() {
		return other
	}
	return k
}
