package kernel

// Sum returns the sum of the elements. Integers wrap around. Up to 191 floats are added from front to back, more of them in
// 32 partial sums, which are added in the end: a chain of single additions waits for each one before. The result may differ
// in the last bits from that of a loop, and is the same on every machine.
func Sum[T Number](s []T) (sum T) {
	if len(s) >= sumFrom {
		if k := kindOf[T](); k != other { // complex
			return sumLong(k, s)
		}
	}
	for _, v := range s { // not sumLoop: a call more is what short slices would feel
		sum += v
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
