package inspect

// way is a stack frame together with those inside it, from the innermost on. The goroutines of a process share few ways
// outwards, so that what the tables tell of a frame is looked up once for each way and not for each goroutine; and the next
// frame is nearly always found by comparing one return address with that of the last goroutine that came by.
type way[T any] struct {
	at     T
	depth  int // frames; 0: before the innermost one
	lastPC uint64
	last   *way[T] // what it returned to last time
	next   map[uint64]*way[T]
}

// ways is a tree of them.
type ways[T any] struct {
	start way[T]
	n     int
}

// What is remembered: a runaway recursion, or a process that is torn while it is read, has no end of ways.
const (
	maxWays       = 1 << 16
	maxRemembered = 256 // frames deep
)

// step gives the frame at pc outside of another, which learn looks up if nobody came there before.
func (w *ways[T]) step(from *way[T], pc uint64, learn func(from *way[T], pc uint64) T) *way[T] {
	if from.lastPC == pc && from.last != nil {
		return from.last
	}
	to, ok := from.next[pc]
	if !ok {
		to = &way[T]{at: learn(from, pc), depth: from.depth + 1}
		if w.n >= maxWays || to.depth > maxRemembered {
			return to
		}
		w.n++
		if from.next == nil {
			from.next = make(map[uint64]*way[T])
		}
		from.next[pc] = to
	}
	from.lastPC, from.last = pc, to
	return to
}
