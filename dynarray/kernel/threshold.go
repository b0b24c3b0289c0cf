package kernel

// From so many elements on, C is called: where its time, with some 40 ns for the call itself, falls below that of Go's loop
// (go test -run xxx -bench Threshold). The loops take about the same time for any width of element.
const (
	sumFrom     = 192 // and floats are summed otherwise from there on, with or without C
	minFrom     = 128
	floatFrom   = 96 // for the extremes of floats, whose NaNs make Go's loop slow
	indexFrom   = 192
	countFrom   = 128
	equalFrom   = 192
	reverseFrom = 256
	fillFrom    = 256
	sortFrom    = 28
	pdqFrom     = 12 // slices.Sort itself sorts so many by insertion
	// Of narrower elements: slices.Sort sorts few that its branch predictor has learned by heart in the time of C's radix sort.
	sortNarrowFrom = 40
	lookFrom       = 80 // where C looks itself whether all is sorted
	countedFrom    = 64 // to sort bytes, which takes time for all 256 values

	// Bytes, not elements. Go's copy upwards, into itself, bypasses the cache from about 1 MiB on; downwards, above 2 KiB, it
	// is slow for a distance that is no multiple of a vector.
	moveUpFrom   = 1 << 20
	moveDownFrom = 2<<10 + 1
)
