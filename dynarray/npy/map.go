//go:build unix

package npy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"syscall"
)

// Mapped is a file's elements in the file's own pages. It has to be closed.
type Mapped[T Element] struct {
	file     []byte
	elements []T
	shape    []int
	closed   bool
}

// Map maps a file, to be read only: a store to its elements ends the program with a fault, and so does a load from pages
// that another program cuts off the file meanwhile. The file has to have the byte order of this machine, and elements
// aligned as NumPy aligns them; Read takes others.
func Map[T Element](path string) (*Mapped[T], error) {
	m, err := mapFile[T](path)
	if err != nil {
		return nil, fmt.Errorf("npy: map %s: %w", path, err)
	}
	return m, nil
}

func mapFile[T Element](path string) (*Mapped[T], error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // a mapping outlives its descriptor
	h, err := ReadHeader(f)
	if err != nil {
		return nil, err
	}
	swap, err := fits[T](h)
	if err != nil {
		return nil, err
	}
	if swap {
		return nil, fmt.Errorf("npy: the elements are of type %q, in the byte order of other machines: Read swaps them", h.Descr)
	}
	if reflect.TypeFor[T]().Kind() == reflect.Bool {
		return nil, errors.New("npy: a mapped byte may be neither 0 nor 1, and is no bool then: Read checks them")
	}
	n, err := h.Len()
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	bytes, ok := bytesIn[T](n)
	if held := info.Size() - h.Offset; !ok || bytes > held {
		return nil, fmt.Errorf("npy: a shape of %v, of type %q, in a file that holds %d bytes of elements: %w",
			h.Shape, h.Descr, max(held, 0), io.ErrUnexpectedEOF)
	}
	if n == 0 {
		return &Mapped[T]{shape: h.Shape}, nil
	}
	file, err := syscall.Mmap(int(f.Fd()), 0, int(h.Offset+bytes), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mmap %d bytes: %w", h.Offset+bytes, err)
	}
	elements := elementsOf[T](file[h.Offset:])
	if elements == nil {
		_ = syscall.Munmap(file)
		return nil, fmt.Errorf("npy: the elements begin at byte %d, where %q is not aligned: Read takes them", h.Offset, h.Descr)
	}
	return &Mapped[T]{file: file, elements: elements, shape: h.Shape}, nil
}

// Slice returns the elements, in C order: valid until Close.
func (m *Mapped[T]) Slice() []T {
	if m.closed {
		panic("npy: use of closed mapping")
	}
	return m.elements
}

// Shape returns the length in each dimension.
func (m *Mapped[T]) Shape() []int { return m.shape }

// Close takes the mapping away: what Slice returned must not be used any more. A second Close returns os.ErrClosed.
func (m *Mapped[T]) Close() error {
	if m.closed {
		return fmt.Errorf("npy: close of a mapping: %w", os.ErrClosed)
	}
	m.closed, m.elements = true, nil
	if m.file == nil {
		return nil
	}
	if err := syscall.Munmap(m.file); err != nil {
		return fmt.Errorf("npy: unmap: %w", err)
	}
	m.file = nil
	return nil
}
