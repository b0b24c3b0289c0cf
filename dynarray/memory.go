package dynarray

import (
	"errors"
	"fmt"
	"math/bits"
	"unsafe"
)

// This file is the package's only unsafe one: it alone turns addresses into slices. Where the bytes come from is the
// affair of others, which know addresses as plain numbers: heap_*.go for small blocks, mapping_*.go for large ones,
// reservation.go and file_linux.go for the special ones.

// maxBytes is what one array may ask for: the address space of a process on common 64-bit machines.
const maxBytes = min(1<<47, uint64(^uintptr(0)>>1))

// NoMemoryError says that there was no memory for an array, or that its size cannot be expressed.
// Append, Grow and New panic with a *NoMemoryError; TryGrow returns it.
type NoMemoryError struct {
	Elements    int     // the capacity that was asked for; negative if it exceeds an int
	ElementSize uintptr // in bytes
	Err         error   // why, where more is known than that there was none
}

func (e *NoMemoryError) Error() string {
	if e.Elements < 0 {
		return fmt.Sprintf("dynarray: no memory: more elements of %d bytes than an int can count", e.ElementSize)
	}
	if e.Err != nil {
		return fmt.Sprintf("dynarray: no memory for %d elements of %d bytes: %v", e.Elements, e.ElementSize, e.Err)
	}
	return fmt.Sprintf("dynarray: no memory for %d elements of %d bytes: close arrays no longer needed, or Clip them",
		e.Elements, e.ElementSize)
}

func (e *NoMemoryError) Unwrap() error { return e.Err }

// errNoMemory is what a store says that knows no more. It does not leave the package.
var errNoMemory = errors.New("no memory")

// block is an array's memory, apart from the array, so that the cleanup can have it when the array is gone.
type block struct {
	address uintptr // 0 for none. A number: the memory is not Go's, and the collector need not follow it
	bytes   int64   // that there is room for
	span    uintptr // the length of the anonymous mapping that the memory is, or 0
	store   store   // whose memory it is, if not the heap's or an anonymous mapping
	site    *site
	touched uintptr // of a mapping: the bytes that may have pages (see recede)
	growth  Growth
	pages   HugePages
	viewed  viewed // Slice has handed out a header that may outlive the array
	busy    bool   // SortFunc or another has borrowed the elements (lend)
}

// store is where the memory of some arrays lies that want more than any memory.
type store interface {
	// resize makes room in b for so many bytes or more, and keeps the first used ones.
	resize(b *block, bytes, used uintptr) error
	// limit is the most bytes that resize can make room for.
	limit() uintptr
	// free gives the memory of b up, the first used bytes of which are elements.
	free(b *block, used uintptr) error
}

// resize gives a block room for at least capacity elements and returns a header over it with the length and the
// elements of s, which is the header from the last resize. A capacity of 0 frees the memory. When there is no memory
// the old block stays as it is.
func resize[T any](b *block, s []T, capacity int) ([]T, error) {
	return extend(b, s, capacity, capacity)
}

// extend is resize to a capacity that exceeds what is needed now, which is all that the header must have room for.
func extend[T any](b *block, s []T, capacity, need int) ([]T, error) {
	size := elementSize[T]()
	if size == 0 {
		return make([]T, len(s), capacity), nil // needs no memory from anywhere
	}
	high, bytes := bits.Mul64(uint64(capacity), uint64(size))
	if capacity < 0 || high != 0 || bytes > maxBytes {
		return s, &NoMemoryError{Elements: capacity, ElementSize: size}
	}
	if err := b.resize(uintptr(bytes), uintptr(need)*size, uintptr(len(s))*size); err != nil {
		if errors.Is(err, errNoMemory) {
			err = nil
		}
		return s, &NoMemoryError{capacity, size, err}
	}
	if b.address == 0 {
		return empty[T](), nil
	}
	return over[T](b)[:len(s)], nil
}

// over returns all the room of a block as a slice. Sound: address is the start of at least bytes bytes that are
// readable and writable and not Go's, aligned for any type; T holds no Go pointer (New saw to it), so that the
// collector need not know them; and bytes beyond the length are written before they are read.
func over[T any](b *block) []T {
	return unsafe.Slice((*T)(pointer(b.address)), uintptr(b.bytes)/elementSize[T]())
}

// empty returns the header of an array that is open and has no memory. It is not nil: a nil header is a closed one.
func empty[T any]() []T { return make([]T, 0) }

// backs reports whether s is a header over all of the block's memory.
func backs[T any](b *block, s []T) bool {
	if b.address == 0 || b.bytes == 0 { // a reservation has its address from the start
		return cap(s) == 0 && b.bytes == 0
	}
	// Sound: an address is compared, not kept.
	return uintptr(unsafe.Pointer(unsafe.SliceData(s))) == b.address && int64(cap(s)) == b.bytes/int64(elementSize[T]())
}

func elementSize[T any]() uintptr { return unsafe.Sizeof(*new(T)) }

// overlaps reports whether s lies, in part or whole, in the memory of the block, and at which byte it begins.
func overlaps[T any](b *block, s []T) bool {
	if len(s) == 0 || b.bytes == 0 {
		return false
	}
	// Sound: addresses are compared and not turned back into pointers; memory that is not Go's does not move by itself.
	start, base := uintptr(unsafe.Pointer(unsafe.SliceData(s))), b.address
	return start < base+uintptr(b.bytes) && base < start+uintptr(len(s))*unsafe.Sizeof(s[0])
}

// text returns bytes as a string without a copy. Sound while they neither change nor move nor are freed: View and
// Views, which alone hand such strings out, pass that rule on to their callers.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// pointer turns the address of memory that is not Go's into a pointer. Sound for that alone: such memory never moves
// under the collector, which ignores pointers to it. The detour over &address tells go vet that this is meant.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// move copies bytes between two blocks. Sound: both hold so many, and neither is Go's.
func move(to, from, bytes uintptr) {
	if bytes > 0 {
		copy(unsafe.Slice((*byte)(pointer(to)), bytes), unsafe.Slice((*byte)(pointer(from)), bytes))
	}
}

// Memory is elements in memory that is not Go's, on their way between an array and C.
type Memory struct {
	Pointer  unsafe.Pointer // nil if there is no memory
	Len, Cap int            // in elements
	// Free gives the memory back, to be called once. Nil says that C's free does it.
	Free func()
}

// Pointer returns where the elements are, for C: Len of them. It is nil for an array that has had no memory yet, and
// for elements of no size. The rules are those of Slice: C may read and write until the array next grows, is clipped
// or closed, in an array made by Reserve until it is closed; and from the first call on the array is not freed by
// itself. C must not free it: Detach hands over that right.
func (a *Array[T]) Pointer() unsafe.Pointer {
	a.open()
	a.block.viewed.note()
	return pointer(a.block.address) // not Go's memory, and marked as in use
}

// Adopt returns an array of elements that lie in C memory already, without a copy, and takes the duty to free them:
// by m.Free, or by C's free if that is nil, which needs a program built with cgo. Whoever held the memory before must
// forget it. An array that outgrows adopted memory with a Free of its own moves once, into its own; what C's malloc
// made grows by realloc. Adopt panics like New, and if m cannot be.
func Adopt[T any](m Memory) *Array[T] {
	refusePointers[T]()
	size := elementSize[T]()
	high, bytes := bits.Mul64(uint64(m.Cap), uint64(size))
	switch {
	case m.Len < 0 || m.Cap < m.Len || high != 0 || bytes > maxBytes || size == 0 && m.Pointer != nil ||
		size > 0 && (m.Pointer == nil) != (m.Cap == 0):
		panic(fmt.Sprintf("dynarray: Adopt: no memory has length %d, capacity %d, pointer %p", m.Len, m.Cap, m.Pointer))
	case uintptr(m.Pointer)%unsafe.Alignof(*new(T)) != 0: // Sound: an address is looked at, not kept
		panic(fmt.Sprintf("dynarray: Adopt: %p is not aligned for the elements", m.Pointer))
	case m.Free == nil && m.Pointer != nil && !heapIsC:
		panic("dynarray: Adopt: C's free is not in this program: say how to free the memory")
	}
	a := create[T](0)
	if size == 0 {
		a.s = make([]T, m.Len, m.Cap)
		return a
	}
	if m.Pointer == nil {
		return a
	}
	if m.Free != nil {
		a.block.store = &adopted{m.Free}
	}
	a.block.address = uintptr(m.Pointer)
	a.block.account(int64(bytes))
	a.s = over[T](a.block)[:m.Len]
	a.check()
	return a
}

// Detach hands the elements over, without a copy, and with them the duty to free them; the array is closed then. What
// has a Free of nil was made by C's malloc. It panics for the array of a file, whose memory is not to be had without.
func (a *Array[T]) Detach() Memory {
	a.open()
	b := a.block
	if _, is := b.store.(*file); is {
		panic("dynarray: Detach of the array of a file")
	}
	if cap(a.s) == 0 {
		_ = a.Close() // it is open, and the memory of others at most
		return Memory{}
	}
	m := Memory{Pointer: pointer(b.address), Len: len(a.s), Cap: cap(a.s)} // not Go's memory: its owner alone changes
	if b.address != 0 && (b.store != nil || b.span != 0 || !heapIsC) {
		given := *b
		given.site = nil
		m.Free = func() { _ = given.free(0) } // none of these can fail
	}
	a.clean.Stop()
	a.s = nil
	b.address, b.span, b.store = 0, 0, nil
	b.account(0)
	b.leave()
	a.check()
	return m
}
