package leak

import "innards/cgo/tracefmt"

// growth is what was alive at the end of each of the windows, for a curve: bytes of memory, else the number. What was alive before
// the first one was seen is not in it.
func (g *group) growth() []int64 {
	curve := make([]int64, 0, judged)
	var alive float64
	for _, w := range g.course.windows {
		if g.resource > tracefmt.Mapping {
			alive += w.allocated.objects - w.freed.objects
		} else {
			alive += w.allocated.bytes - w.freed.bytes
		}
		curve = append(curve, round(max(alive, 0)))
	}
	return curve
}
