package kernel

// From so many elements on, C is called: where its time, with some 40 ns for the call itself, falls below that of Go's loop
// (go test -run xxx -bench Threshold). The loops take about the same time for any width of element.
const (
	sumFrom     = 128 // and floats are summed otherwise from there on, with or without C
	minFrom     = 100
	floatFrom   = 64 // for the extremes of floats, whose NaNs make Go's loop slow
	indexFrom   = 160
	countFrom   = 128
	equalFrom   = 128
	reverseFrom = 256
	fillFrom    = 128
	sortFrom    = 20

	// Bytes, not elements. Go's copy upwards, into itself, bypasses the cache from about 1 MiB on; downwards it is slow all
	// the way, with elements of odd alignment.
	moveUpFrom   = 1 << 20
	moveDownFrom = 2 << 10
)
