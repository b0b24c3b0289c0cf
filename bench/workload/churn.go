package workload

// ChurnPairs is the number of deletions and insertions in one pass of the churn benchmark.
const ChurnPairs = 1 << 13

// A Ring is the supply of keys for a map that stays at one size while its keys change: n consecutive keys of the ring are
// in the map, and each step deletes the oldest and inserts the next. Keys come back after a whole turn, long after they left.
//
//	  oldest                 next
//	    |                     |
//	.....[######## n #########]..........   and round again
type Ring[K comparable] struct {
	Insert []K // the keys as they are inserted
	Delete []K // the same keys, in copies of their own
	live   int
	oldest int
}

// NewRing returns a ring whose first n keys are to be put into the map; they are those of Live(source, n).
func NewRing[K comparable](source Source[K], n int) *Ring[K] {
	// A multiple of ChurnPairs, so that a pass never wraps in the keys it deletes; and at least n more than are live.
	size := (2*n + 2*ChurnPairs - 1) / ChurnPairs * ChurnPairs
	indices := count(0, size)
	return &Ring[K]{Insert: source.Keys(indices), Delete: source.Keys(indices), live: n}
}

// A Turn is a run of churn steps: Delete[i] leaves, then Insert[i] enters with value First+i.
type Turn[K comparable] struct {
	Delete, Insert []K
	First          uint64
}

// Next returns the turns of the next pass, one or, where the inserted keys wrap, two. It moves the ring on.
func (r *Ring[K]) Next() (turns [2]Turn[K], n int) {
	dead := r.Delete[r.oldest : r.oldest+ChurnPairs]
	entering := (r.oldest + r.live) % len(r.Insert)
	for len(dead) > 0 {
		length := min(len(dead), len(r.Insert)-entering)
		turns[n] = Turn[K]{dead[:length], r.Insert[entering : entering+length], FirstValue + uint64(entering)}
		dead, entering = dead[length:], 0
		n++
	}
	r.oldest = (r.oldest + ChurnPairs) % len(r.Delete)
	return turns, n
}

// Sum is the sum of the values that a correct map holds between passes.
func (r *Ring[K]) Sum() uint64 {
	var sum uint64
	for i := range r.live {
		sum += FirstValue + uint64((r.oldest+i)%len(r.Insert))
	}
	return sum
}
