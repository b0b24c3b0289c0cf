package dynarray

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
)

// # Bytes in and out
//
// Array[byte] is a buffer like any other, but only this one element type can be read and written: methods for it on
// Array would stand there for all others. So they are types of their own over such an array, as bytes.Reader is over
// a slice. A file that is read into an array by a Writer goes straight into its spare capacity, without a buffer
// between; one that is written from it by a Reader, in one call.

// Writer appends what is written to it to an array of bytes, which stays its maker's: to close, and to use besides.
type Writer struct{ a *Array[byte] }

// NewWriter returns a Writer that appends to a.
func NewWriter(a *Array[byte]) *Writer { return &Writer{a} }

// Write appends p, which may be a view of the array itself. It fails with a *NoMemoryError, or not at all.
func (w *Writer) Write(p []byte) (int, error) {
	if overlaps(w.a.block, p) {
		p = slices.Clone(p) // making room may move it
	}
	if err := w.room(len(p)); err != nil {
		return 0, err
	}
	w.a.s = append(w.a.s, p...)
	return len(p), nil
}

// room makes room for n bytes more, and where there is none for them, twice what there is.
func (w *Writer) room(n int) error {
	w.a.open()
	if n <= cap(w.a.s)-len(w.a.s) {
		return nil
	}
	if w.a.TryGrow(max(n, len(w.a.s))) == nil {
		return nil
	}
	return w.a.TryGrow(n)
}

// WriteByte appends c.
func (w *Writer) WriteByte(c byte) error {
	if err := w.room(1); err != nil {
		return err
	}
	w.a.Append(c)
	return nil
}

// WriteString appends v, without making a slice of it first.
func (w *Writer) WriteString(v string) (int, error) {
	if err := w.room(len(v)); err != nil {
		return 0, err
	}
	w.a.s = append(w.a.s, v...)
	return len(v), nil
}

// leastRead is the room that ReadFrom offers to a reader at least. It is what io.Copy's buffer has.
const leastRead = 32 << 10

// ReadFrom appends what r has until its end. r cannot use the array: any attempt panics.
func (w *Writer) ReadFrom(r io.Reader) (n int64, err error) {
	for {
		if err := w.room(leastRead); err != nil {
			return n, err
		}
		got, err := w.readOnce(r)
		n += int64(got)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("dynarray: read into an array, at byte %d: %w", n, err)
		}
	}
}

// readOnce reads into the spare capacity.
func (w *Writer) readOnce(r io.Reader) (n int, err error) {
	w.a.lend(func(s []byte) {
		spare := s[len(s):cap(s)]
		if n, err = r.Read(spare); n < 0 || n > len(spare) {
			panic(fmt.Sprintf("dynarray: a Read of %d bytes says that it read %d", len(spare), n))
		}
	})
	w.a.s = w.a.s[:len(w.a.s)+n]
	return n, err
}

// Reader reads an array of bytes from front to back, or from anywhere. The array may change meanwhile: each call looks at
// it as it is then.
type Reader struct {
	a  *Array[byte]
	at int64
}

// NewReader returns a Reader at the front of a.
func NewReader(a *Array[byte]) *Reader { return &Reader{a: a} }

// rest is what has not been read yet.
func (r *Reader) rest() []byte {
	r.a.open()
	return r.a.s[min(r.at, int64(len(r.a.s))):]
}

// Len returns how many bytes have not been read yet.
func (r *Reader) Len() int { return len(r.rest()) }

// Read copies bytes that have not been read yet to p.
func (r *Reader) Read(p []byte) (int, error) {
	rest := r.rest()
	if len(rest) == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	n := copy(p, rest)
	r.at += int64(n)
	return n, nil
}

// ReadByte returns the next byte.
func (r *Reader) ReadByte() (byte, error) {
	var b [1]byte
	_, err := r.Read(b[:])
	return b[0], err
}

// ReadAt copies bytes from an offset on to p, and leaves alone what has been read.
func (r *Reader) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, fmt.Errorf("dynarray: ReadAt: negative offset %d", offset)
	}
	from := Reader{r.a, offset}
	n := copy(p, from.rest())
	runtime.KeepAlive(r)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Seek sets where the next Read begins.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += int64(r.a.Len())
	default:
		return 0, fmt.Errorf("dynarray: Seek: no such origin: %d", whence)
	}
	if offset < 0 {
		return 0, fmt.Errorf("dynarray: Seek: %d bytes before the start", -offset)
	}
	r.at = offset
	return offset, nil
}

// WriteTo writes what has not been read yet to w, in one Write. What it is given is a view of the array, as Slice returns
// it: w must not close the array, nor keep the bytes. It may append to it.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	r.a.open()
	rest := r.a.Slice()[len(r.a.s)-r.Len():]
	if len(rest) == 0 {
		return 0, nil
	}
	n, err := w.Write(rest)
	r.at += int64(n)
	if err != nil {
		return int64(n), fmt.Errorf("dynarray: write from an array, at byte %d: %w", r.at, err)
	}
	if n < len(rest) {
		return int64(n), io.ErrShortWrite
	}
	return int64(n), nil
}
