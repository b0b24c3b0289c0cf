package tracefmt

// Weight is how many blocks of that size a recorded one stands for, on average: the inverse of the probability with which the
// tracer records it. Sample points lie from half a period to one and a half apart, all such distances being as likely, so
// up to half a period the probability grows with the size; beyond, by the chance that a distance is longer than the size.
func Weight(size, period uint64) float64 {
	if period <= 1 {
		return 1
	}
	s := float64(max(size, 1)) / float64(period)
	switch {
	case s <= 0.5:
		return 1 / s
	case s < 1.5:
		return 1 / (1 - (1.5-s)*(1.5-s)/2)
	}
	return 1
}
