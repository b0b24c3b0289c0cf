//go:build cgo

package dynarray

// firstBytes is the least that an array asks for, so that small elements do not start with a dozen growths.
const firstBytes = 64

// doubleUpTo is the size in bytes from which an array grows by a quarter instead of doubling.
const doubleUpTo = 1 << 30

// capacityFor is how many elements an array of capacity old, of this size, gets room for when need must fit: more
// than needed, so that n appends copy O(n) elements in all.
func capacityFor(old, need int, size uintptr) int {
	if size == 0 {
		return max(need, 2*old, 1)
	}
	more := 2 * old
	if uint64(old) > doubleUpTo/uint64(size) {
		more = old + old/4
	}
	return max(need, more, int(firstBytes/size))
}

// grow makes room for at least n more elements, with over-allocation; it leaves cap > len, or panics.
func (a *Array[T]) grow(n int) {
	a.open()
	need := len(a.s) + n
	if need < 0 {
		panic(&NoMemoryError{need, elementSize[T]()})
	}
	s, err := resize(a.block, a.s, capacityFor(cap(a.s), need, elementSize[T]()))
	if err != nil { // perhaps what is needed fits where the over-allocation does not
		s, err = resize(a.block, a.s, need)
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
		return &NoMemoryError{need, elementSize[T]()}
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

// Clip gives back the memory beyond the last element.
func (a *Array[T]) Clip() {
	a.open()
	if len(a.s) == cap(a.s) {
		return
	}
	// Where the C library cannot shrink a block, the array keeps it.
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
