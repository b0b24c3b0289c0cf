package tracefmt

import "math"

// Weight is how many blocks of that size a recorded one stands for, on average. The tracer records a block of s bytes with
// probability 1 - exp(-s/period); the weight is the inverse of that.
func Weight(size, period uint64) float64 {
	if period <= 1 {
		return 1
	}
	return -1 / math.Expm1(-float64(max(size, 1))/float64(period))
}
