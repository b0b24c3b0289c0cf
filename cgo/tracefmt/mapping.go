package tracefmt

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapping is the stream's file in memory. All of package unsafe that tracefmt needs is here. It is sound for one reason
// throughout: the memory is mapped, not Go's, holds plain integers, begins at a page, and every view is checked to lie in
// it and is aligned as its C twin is. What another process may write at the same time is read by sync/atomic.
type mapping struct {
	mem []byte
}

func mapFile(f *os.File, size int64) (mapping, error) {
	mem, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return mapping{}, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	return mapping{mem: mem}, nil
}

func (m mapping) unmap() error { return unix.Munmap(m.mem) }

func (m mapping) header() *header {
	return view[header](m.mem, 0, 0, headerBytes)
}

// view gives the i-th T of those that begin at offset at and lie stride bytes apart; nil where it does not fit.
func view[T any](mem []byte, at, i, stride uint64) *T {
	var zero T
	size := uint64(unsafe.Sizeof(zero)) // only the size of the type
	if i > uint64(len(mem))/stride {
		return nil
	}
	at += i * stride
	if at%8 != 0 || at > uint64(len(mem)) || uint64(len(mem))-at < size {
		return nil
	}
	return (*T)(unsafe.Pointer(&mem[at])) // inside the mapping and aligned, as just checked
}
