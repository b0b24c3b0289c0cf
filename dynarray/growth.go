package dynarray

// firstBytes is the least that an array asks for, so that small elements do not start with a dozen growths.
const firstBytes = 64

// doubleUpTo is the size in bytes from which an array grows by a quarter instead of doubling.
const doubleUpTo = 1 << 30

// Growth is how much more an array asks for than it needs.
type Growth uint8

const (
	// Doubling asks for twice the capacity, from 1 GiB on for a quarter more.
	Doubling Growth = iota
	// CPython asks for what Python's list does: an eighth more and six, rounded down to a multiple of four. Memory is
	// wasted less, and moved four times as often: fit for small arrays in large numbers.
	CPython
)

// SetGrowth changes the rule by which the array grows from now on.
func (a *Array[T]) SetGrowth(g Growth) {
	a.open()
	a.block.growth = g
}

// capacity is how many elements an array of length n and capacity old, of this size, gets room for when more are to
// be appended: more than needed, so that n appends copy O(n) elements in all.
func (g Growth) capacity(old, n, more int, size uintptr) int {
	need := n + more
	if g == CPython {
		room := (need + need>>3 + 6) &^ 3
		if more > room-need { // one large step, as CPython sees it: the next is not expected soon
			room = (need + 3) &^ 3
		}
		return max(room, need) // they wrap around at the end of the integers
	}
	if size == 0 {
		return max(need, 2*old, 1)
	}
	room := 2 * old
	if uint64(old) > doubleUpTo/uint64(size) {
		room = old + old/4
	}
	return max(need, room, int(firstBytes/size))
}

// grow makes room for at least n more elements, with over-allocation; it leaves cap > len, or panics.
func (a *Array[T]) grow(n int) {
	a.open()
	b, size := a.block, elementSize[T]()
	need := len(a.s) + n
	if need < 0 {
		panic(&NoMemoryError{Elements: need, ElementSize: size})
	}
	old := cap(a.s)
	if b.store == nil && b.span > 0 {
		old = int(b.span / size) // of which the header may have a part only
	}
	room := old
	if need > old || b.span == 0 || b.store != nil {
		room = b.growth.capacity(old, len(a.s), n, size)
	}
	if b.store != nil {
		if limit := b.store.limit() / size; uint64(limit) < uint64(room) {
			room = max(need, int(limit))
		}
	}
	s, err := extend(b, a.s, room, need)
	if err != nil { // perhaps what is needed fits where the over-allocation does not
		s, err = resize(b, a.s, need)
	}
	if err != nil {
		panic(err)
	}
	a.s = s
	if invariants && len(s) == cap(s) {
		panic("dynarray: invariant 1: grow left no room")
	}
	a.check()
}

// Grow makes room for n more elements, so that appending them does not move the array. It panics with a
// *NoMemoryError if there is no memory.
func (a *Array[T]) Grow(n int) {
	if err := a.TryGrow(n); err != nil {
		panic(err)
	}
}

// TryGrow is Grow, but returns the *NoMemoryError; the array is then as it was.
func (a *Array[T]) TryGrow(n int) error {
	a.open()
	if n < 0 {
		panic("dynarray: Grow: negative count")
	}
	need := len(a.s) + n
	if need < 0 {
		return &NoMemoryError{Elements: need, ElementSize: elementSize[T]()}
	}
	if need <= cap(a.s) {
		return nil
	}
	s, err := resize(a.block, a.s, need)
	if err != nil {
		return err
	}
	a.s = s
	a.check()
	return nil
}

// Clip gives back the memory beyond the last element, as far as it comes in whole pages if it is a mapping.
func (a *Array[T]) Clip() {
	a.open()
	if len(a.s) == cap(a.s) {
		return
	}
	// Where a block cannot be made smaller, the array keeps it.
	if s, err := resize(a.block, a.s, len(a.s)); err == nil {
		a.s = s
	}
	a.check()
}

// Clear removes all elements and keeps the memory; Clip after it frees that too.
func (a *Array[T]) Clear() {
	a.open()
	a.s = a.s[:0]
}

// recede gives back the pages of a mapping that hold no elements any more, when n elements have become less than a
// quarter of what has pages: all but twice of what is left. Removing so many again, or adding as many as are left,
// separates it from the next time; an array whose length goes to and fro pays once. Addresses stay as they are, so
// that views do: what they see beyond the array's length becomes zero.
func (a *Array[T]) recede(n int) {
	b, size := a.block, elementSize[T]()
	b.touched = max(b.touched, uintptr(n)*size)
	used := uintptr(len(a.s)) * size
	if b.span == 0 || used >= b.touched/4 || b.touched <= hugePage {
		return
	}
	keep := roundUp(2*used, pageSize)
	mapDrop(b.address+keep, b.span-keep)
	b.touched = keep
}

// mayRecede says without a look at the block, which may not be in the cache, whether recede could do anything.
func (a *Array[T]) mayRecede() bool { return uintptr(cap(a.s))*elementSize[T]() > hugePage }
