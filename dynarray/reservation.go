package dynarray

import (
	"fmt"
	"math/bits"
)

// Reserve returns an empty array that never moves: it takes the addresses for most elements at once, and memory as
// it grows. So its views, and pointers that C holds, are good until Close, as far as the array's length goes. Address
// space is no memory, and a process has 128 TiB of it; but the system may refuse (ulimit -v, strict overcommit), and
// then an ordinary array has to do. An array that is as long as most panics with a *NoMemoryError when it has to grow.
func Reserve[T any](most int) (*Array[T], error) {
	refusePointers[T]()
	if most < 0 {
		panic("dynarray: Reserve: negative count")
	}
	size := elementSize[T]()
	high, bytes := bits.Mul64(uint64(most), uint64(size))
	if high != 0 || bytes > maxBytes {
		return nil, &NoMemoryError{Elements: most, ElementSize: size}
	}
	a := create[T](0)
	if bytes == 0 && size > 0 {
		bytes = 1
	}
	if bytes > 0 {
		r := &reservation{address: mapReserve(roundUp(uintptr(bytes), pageSize)), bytes: roundUp(uintptr(bytes), pageSize)}
		if r.address == 0 {
			_ = a.Close() // it is open
			return nil, &NoMemoryError{most, size, fmt.Errorf("the system refused the addresses: look at ulimit -v, or use New")}
		}
		r.most = uintptr(most) * size
		a.block.store, a.block.address = r, r.address
	}
	a.check()
	return a, nil
}

// reservation is addresses of which the first part is memory, as much as its block has bytes.
type reservation struct {
	address, bytes uintptr
	most           uintptr // what was asked for, before it was rounded
}

func (r *reservation) resize(b *block, bytes, _ uintptr) error {
	if bytes > r.most {
		return fmt.Errorf("only %d bytes were reserved", r.most)
	}
	span := min(roundUp(bytes, pageSize), r.bytes)
	switch {
	case span > b.span:
		if !mapCommit(r.address, span) {
			return errNoMemory
		}
		if span-b.span >= mapFrom {
			advise(r.address, b.span, span, b.pages)
		}
	case span < b.span:
		mapForbid(r.address+span, b.span-span)
	}
	b.span, b.touched = span, span
	b.account(int64(min(span, r.most)))
	return nil
}

func (r *reservation) limit() uintptr { return r.most }

func (r *reservation) free(*block, uintptr) error {
	mapFree(r.address, r.bytes)
	return nil
}
