package kernel

// Sum returns the sum of the elements. Integers wrap around. Up to 191 floats are added from front to back, more of them in
// 32 partial sums, which are added in the end: a chain of single additions waits for each one before. The result may differ
// in the last bits from that of a loop, and is the same on every machine.
func Sum[T Number](s []T) T {
	if len(s) >= sumFrom {
		if k := kindOf[T](); k != other { // complex
			return sumLong(k, s)
		}
	}
	return SumShort(s)
}

// SumShort is the loop of Sum, to be inlined: short slices would feel a call.
func SumShort[T Number](s []T) (sum T) {
	i := 0
	for ; i < len(s)-3; i += 4 {
		sum += s[i] // one after the other: they may be floats
		sum += s[i+1]
		sum += s[i+2]
		sum += s[i+3]
	}
	for ; uint(i) < uint(len(s)); i++ {
		sum += s[i]
	}
	return sum
}

func sumLoop[T Number](s []T) (sum T) {
	for _, v := range s {
		sum += v
	}
	return sum
}

const lanes = 32

// sumLanes is what sum_double in reduce.c does.
func sumLanes[T Number](s []T) T {
	var lane [lanes]T
	for ; len(s) >= lanes; s = s[lanes:] {
		for j, v := range s[:lanes] {
			lane[j] += v
		}
	}
	for j, v := range s {
		lane[j] += v
	}
	for half := lanes / 2; half > 0; half /= 2 {
		for j := range half {
			lane[j] += lane[j+half]
		}
	}
	return lane[0]
}
