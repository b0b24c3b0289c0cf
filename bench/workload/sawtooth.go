package workload

import "math"

// The ends of the saw-tooth: 7/8 of 8,192 and of 32,768, where tables that fill to 7/8 are full.
const (
	sawtoothFrom     = 7 << 10
	sawtoothDoubling = 2
)

// Sawtooth returns sizes through two doublings, so many to each, evenly spaced as a table sees them. A table that doubles is
// full, half full and full again on the way: what it costs goes up and down like the teeth of a saw.
func Sawtooth(each int) []int {
	var sizes []int
	for i := range sawtoothDoubling*each + 1 {
		sizes = append(sizes, int(math.Round(sawtoothFrom*math.Exp2(float64(i)/float64(each)))))
	}
	return sizes
}
