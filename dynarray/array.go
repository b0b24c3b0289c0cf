package dynarray

import (
	"errors"
	"iter"
	"runtime"
)

// Array is a growing array whose elements live in C memory. It is made by New and has to be closed; it must not be
// copied, and not be used by several goroutines while one of them changes it.
type Array[T any] struct {
	noCopy noCopy
	// s is the elements, as an ordinary slice header over C memory: indexing, bounds checks and append are the
	// compiler's own and inline. The header is nil when the array is closed, and its capacity exceeds its length
	// whenever append runs (invariant 1): at full capacity append would move the elements to Go's heap.
	s     []T
	block *block
	clean runtime.Cleanup
}

// noCopy makes go vet report copies of an Array: both would free the same memory.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// ErrClosed is what a second Close returns.
var ErrClosed = errors.New("dynarray: close of closed array")

const closed = "dynarray: use of closed array"

// New returns an array with room for capacity elements. Close frees it. It panics if T holds a Go pointer, which the
// garbage collector would not see in C memory, and says where; if the capacity is negative; and with a *NoMemoryError
// if there is no memory.
func New[T any](capacity int) *Array[T] {
	refusePointers[T]()
	if capacity < 0 {
		panic("dynarray: New: negative capacity")
	}
	return create[T](capacity)
}

// create is what New and Clone share. It must be called by them directly: the line that made the array is that of
// the caller's caller.
func create[T any](capacity int) *Array[T] {
	b := &block{site: registry.enter(2)}
	s := empty[T]()
	if capacity > 0 {
		var err error
		if s, err = resize(b, s, capacity); err != nil {
			b.leave()
			panic(err)
		}
	}
	a := &Array[T]{s: s, block: b}
	// The field is where the array is. By the array itself each element type would have an AddCleanup of its own to compile.
	a.clean = runtime.AddCleanup(&a.noCopy, (*block).lose, b)
	a.check()
	return a
}

// Close frees the memory. Any use of the array after that panics, but for a second Close, which returns ErrClosed.
// Slices that Slice returned must not be used any more. Only the array of a file can fail to close, and is closed then.
func (a *Array[T]) Close() error {
	if a.s == nil {
		return ErrClosed
	}
	if a.block.busy {
		panic("dynarray: Close of an array inside its own SortFunc or SortBy, or while it is read into")
	}
	a.clean.Stop()
	used := uintptr(len(a.s)) * elementSize[T]()
	a.s = nil
	err := a.block.free(used)
	a.block.leave()
	a.check()
	return err
}

// open panics unless the array may be used.
func (a *Array[T]) open() {
	if cap(a.s) > 0 { // neither closed nor lent (invariant 4): the block, which may not be in the cache, is not asked
		return
	}
	if a.s == nil {
		if a.block == nil {
			panic("dynarray: use of an Array that New did not make")
		}
		panic(closed)
	}
	if a.block.busy {
		panic("dynarray: use of an array inside its own SortFunc or SortBy, or while it is read into")
	}
}

// Len returns the number of elements.
func (a *Array[T]) Len() int {
	if len(a.s) == 0 {
		a.open()
	}
	return len(a.s)
}

// Cap returns how many elements fit without growing.
func (a *Array[T]) Cap() int {
	a.open()
	return cap(a.s)
}

// At returns element i. Like a slice's, an index out of range panics.
func (a *Array[T]) At(i int) T {
	// Behind a check that the compiler cannot prove away stands a use of the array: so it is reachable up to the access,
	// even where its header was read long before. KeepAlive would do it too, but have the header loaded in each step of a loop.
	// In a loop over the length the first check is proved away; that what has a length is not nil, the compiler does not know.
	s := a.s
	if uint(i) >= uint(len(s)) || s == nil {
		a.outOfRange(i)
	}
	return s[i]
}

// Set changes element i. Like a slice's, an index out of range panics.
func (a *Array[T]) Set(i int, v T) {
	s := a.s
	if uint(i) >= uint(len(s)) {
		a.outOfRange(i)
	}
	s[i] = v
	// Costs nothing: after the store the compiler has to load the header again in any case. The field is where the array
	// is, but has a type that a generic caller need not look up.
	runtime.KeepAlive(&a.noCopy)
}

// outOfRange panics with what is wrong: the array, or the index, in the runtime's own words. It is inlined, and the last
// panic, which is never reached, tells the compiler that it does not return: else At and Set would compare twice.
func (a *Array[T]) outOfRange(i int) {
	runtime.KeepAlive(&a.noCopy) // first, where no knowledge of the compiler's can drop it: At relies on this use
	a.open()
	_ = a.s[i]
	panic("")
}

// Append adds an element at the end: amortised O(1).
func (a *Array[T]) Append(v T) {
	if len(a.s) == cap(a.s) {
		a.grow(1)
	}
	a.s = append(a.s, v)
}

// Pop removes and returns the last element, and false if there is none.
func (a *Array[T]) Pop() (v T, ok bool) {
	a.open()
	n := len(a.s)
	if n == 0 {
		return v, false
	}
	v = a.s[n-1]
	a.s = a.s[:n-1]
	if a.mayRecede() {
		a.recede(n)
	}
	return v, true
}

// Swap exchanges elements i and j.
func (a *Array[T]) Swap(i, j int) {
	a.open()
	a.s[i], a.s[j] = a.s[j], a.s[i]
}

// Slice returns the elements as a slice: a view, not a copy, valid until the array next grows, shrinks its memory
// (Clip) or is closed. Appending to it copies. From the first call on, the array is not freed by itself if it is
// forgotten unclosed, because the view may still be in use.
func (a *Array[T]) Slice() []T {
	a.open()
	a.block.viewed.note()
	return a.s[:len(a.s):len(a.s)]
}

// All iterates over indices and elements. The array may be changed in the loop: each step looks at the array as it is
// then, and the loop ends where the array does.
func (a *Array[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := 0; i < len(a.s); i++ {
			if !yield(i, a.s[i]) {
				return
			}
		}
		a.open() // an empty array, or one that was closed?
	}
}

// Backward iterates over indices and elements from the last one down, as All does.
func (a *Array[T]) Backward() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := len(a.s) - 1; i >= 0; i-- {
			if i >= len(a.s) {
				a.open()
				i = len(a.s) // the array has become shorter: go on from its end
				continue
			}
			if !yield(i, a.s[i]) {
				return
			}
		}
		a.open()
	}
}

// Values iterates over the elements, as All does.
func (a *Array[T]) Values() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := 0; i < len(a.s); i++ {
			if !yield(a.s[i]) {
				return
			}
		}
		a.open()
	}
}
