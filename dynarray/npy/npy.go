package npy

import (
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"

	"innards/dynarray"
)

// bufferBytes is what Read reads at a time: little enough to stay in a core's cache until it is copied on.
const bufferBytes = 64 << 10

// Read reads a file: its elements, in C order, into an array that the caller has to close, and its shape. What stands in
// r after the last element is left there, so that files that follow one another can be read one by one.
func Read[T Element](r io.Reader) (*dynarray.Array[T], []int, error) {
	h, err := ReadHeader(r)
	if err != nil {
		return nil, nil, err
	}
	swap, err := fits[T](h)
	if err != nil {
		return nil, nil, err
	}
	n, err := h.Len()
	if err != nil {
		return nil, nil, err
	}
	buffer := make([]T, min(n, bufferBytes/size[T]()))
	// Up to a buffer's worth the length is believed. Beyond that the array grows as elements come.
	a := dynarray.New[T](len(buffer))
	for left := n; left > 0; {
		part := buffer[:min(left, len(buffer))]
		raw := bytesOf(part)
		if got, err := io.ReadFull(r, raw); err != nil {
			_ = a.Close() // it is open
			return nil, nil, fmt.Errorf("npy: read element %d of %d: %w", n-left+got/size[T](), n, short(err))
		}
		tidy[T](raw, swap)
		if err := a.TryGrow(room(a, len(part), left)); err != nil {
			_ = a.Close()
			return nil, nil, fmt.Errorf("npy: read element %d of %d: %w", n-left, n, err)
		}
		a.AppendSlice(part)
		left -= len(part)
	}
	return a, h.Shape, nil
}

// room is how many elements more an array gets room for when part of those that are left come: twice as many as it has,
// but no more than are left.
func room[T Element](a *dynarray.Array[T], part, left int) int {
	if a.Len()+part <= a.Cap() {
		return part
	}
	return min(max(part, a.Len()), left)
}

// tidy makes elements of this machine's of what was read.
func tidy[T Element](raw []byte, swap bool) {
	if swap {
		reverse[T](raw)
	}
	if reflect.TypeFor[T]().Kind() == reflect.Bool {
		for i, b := range raw {
			if b > 1 { // NumPy takes it for true; in Go it is no bool at all
				raw[i] = 1
			}
		}
	}
}

// Write writes elements as a file, in this machine's byte order, which any NumPy reads. Without a shape they are one
// dimension. It fails if the shape has not as many elements.
func Write[T Element](w io.Writer, elements []T, shape ...int) error {
	if len(shape) == 0 {
		shape = []int{len(elements)}
	}
	h := Header{Descr: descrOf[T](), Shape: shape}
	if len(shape) > mostDimensions {
		return fmt.Errorf("npy: write: a shape of %d dimensions, where %d is the most", len(shape), mostDimensions)
	}
	if slices.Min(shape) < 0 {
		return fmt.Errorf("npy: write: a shape of %v", shape)
	}
	if n, err := h.Len(); err != nil || n != len(elements) {
		return fmt.Errorf("npy: write: %d elements do not fill a shape of %v", len(elements), shape)
	}
	if _, err := w.Write(h.marshal()); err != nil {
		return fmt.Errorf("npy: write the header: %w", err)
	}
	if len(elements) == 0 {
		return nil
	}
	if _, err := w.Write(bytesOf(elements)); err != nil {
		return fmt.Errorf("npy: write %d elements: %w", len(elements), err)
	}
	return nil
}

// bytesIn returns how many bytes n elements take, and false if they are too many for any file.
func bytesIn[T Element](n int) (int64, bool) {
	return int64(n) * int64(size[T]()), int64(n) <= math.MaxInt64/int64(size[T]())
}
