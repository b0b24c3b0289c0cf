package workload

import "math/rand/v2"

// Element is what arrays hold.
type Element interface{ int64 | float64 }

// Elements returns n random elements from a seed: integers of 63 bits, or numbers below 1.
func Elements[T Element](n int, seed uint64) []T {
	random := rand.New(rand.NewPCG(mix(seed+4), 0))
	elements := make([]T, n)
	for i := range elements {
		switch all := any(elements).(type) {
		case []int64:
			all[i] = random.Int64()
		case []float64:
			all[i] = random.Float64()
		}
	}
	return elements
}
