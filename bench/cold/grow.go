package cold

import "innards/dynarray"

// Grown is what growing cost.
type Grown struct {
	Nanoseconds float64 `json:"ns"`   // of the process's CPU time, for each element
	Peak        float64 `json:"peak"` // resident bytes at most, less those at the start, as a multiple of the elements'
}

// Grow appends n integers to an empty array. It is for a process of its own.
func Grow(n int) (Grown, error) {
	before, began, err := use()
	if err != nil {
		return Grown{}, err
	}
	a := dynarray.New[int64](0)
	for i := range int64(n) {
		a.Append(i)
	}
	resident, took, err := use()
	_ = a.Close()
	return Grown{float64(took-began) / float64(n), (resident - before) / float64(8*n)}, err
}
