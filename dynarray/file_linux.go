package dynarray

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// OpenFile returns the array whose elements are the bytes of a file, which is made if there is none. The array is a
// shared mapping: what is set is in the file as far as other processes that map or read it are concerned, and on the
// disk after Sync or when the system gets to it. The file holds the elements as they are in memory, padding and byte
// order included, and no header. While the array is open the file is longer than its elements, by the capacity; Sync
// and Close cut it. One that was never closed keeps a tail of zeros.
//
// A file that another process makes shorter loses its pages under the array, and the next access to them ends the
// program; therefore it is locked (flock) while it is open, against other arrays. What does not fit on the disk is a
// *NoMemoryError when the array grows, where the file system can promise blocks beforehand.
func OpenFile[T any](name string) (*Array[T], error) {
	refusePointers[T]()
	size := int64(elementSize[T]())
	if size == 0 {
		panic("dynarray: OpenFile: elements of no size leave nothing in a file")
	}
	f, length, err := lockFile(name)
	if err != nil {
		return nil, err
	}
	if length%size != 0 || length/size > int64(^uint(0)>>1) {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("dynarray: OpenFile: %s has %d bytes, which is no number of elements of %d: open it with the type that wrote it",
			name, length, size)
	}
	a := create[T](0)
	a.block.store = &file{f}
	if length > 0 {
		s, err := resize(a.block, a.s, int(length/size))
		if err != nil {
			a.clean.Stop()
			a.block.store = nil
			a.block.leave()
			_ = f.Close()
			return nil, fmt.Errorf("dynarray: OpenFile: %w", err)
		}
		a.s = s[:length/size]
	}
	a.check()
	return a, nil
}

// lockFile opens a file for this array alone.
func lockFile(name string) (f *os.File, length int64, err error) {
	f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, 0, fmt.Errorf("dynarray: OpenFile: %w", err)
	}
	if err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, 0, fmt.Errorf("dynarray: OpenFile: lock %s: %w: close the array that has it", name, err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, 0, fmt.Errorf("dynarray: OpenFile: %w", err)
	}
	return f, info.Size(), nil
}

// Sync gives the capacity beyond the last element back, so that the file has no more than the elements, and returns
// when all of it is on the disk. It is an error for an array that OpenFile did not make.
func (a *Array[T]) Sync() error {
	a.open()
	f, is := a.block.store.(*file)
	if !is {
		return errors.New("dynarray: Sync of an array without a file: make it with OpenFile")
	}
	a.Clip()
	if err := f.f.Truncate(int64(len(a.s)) * int64(elementSize[T]())); err != nil {
		return fmt.Errorf("dynarray: Sync: %w", err)
	}
	if err := f.f.Sync(); err != nil { // writes a shared mapping's pages too: they are the file's
		return fmt.Errorf("dynarray: Sync: %w", err)
	}
	return nil
}

// file is a store that is a shared mapping of a file.
type file struct{ f *os.File }

func (s *file) resize(b *block, bytes, used uintptr) error {
	old := roundUp(uintptr(b.bytes), pageSize)
	span := roundUp(bytes, pageSize)
	if bytes >= uintptr(b.bytes) && bytes != used { // growth takes all of the last page, Clip none of it
		bytes = span
	}
	if err := s.extend(b.bytes, int64(bytes)); err != nil {
		return fmt.Errorf("make %s larger: %w", s.f.Name(), err)
	}
	switch {
	case old == 0 && span > 0:
		p, err := unix.MmapPtr(int(s.f.Fd()), 0, nil, span, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err != nil {
			return fmt.Errorf("map %s: %w", s.f.Name(), err)
		}
		b.address = uintptr(p)
	case span == 0:
		mapFree(b.address, old)
		b.address = 0
	case span != old:
		p, err := unix.MremapPtr(pointer(b.address), old, nil, span, unix.MREMAP_MAYMOVE)
		if err != nil {
			return fmt.Errorf("map more of %s: %w", s.f.Name(), err)
		}
		b.address = uintptr(p)
	}
	if int64(bytes) < b.bytes {
		if err := s.f.Truncate(int64(bytes)); err != nil {
			return fmt.Errorf("cut %s: %w", s.f.Name(), err)
		}
	}
	b.account(int64(bytes))
	return nil
}

// extend makes the file as long as that, with blocks on the disk where the file system can promise them: a page that
// finds no room when it is written ends the program.
func (s *file) extend(old, bytes int64) error {
	info, err := s.f.Stat()
	if err != nil {
		return err
	}
	if info.Size() >= bytes {
		return nil
	}
	err = unix.Fallocate(int(s.f.Fd()), 0, old, bytes-old)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return s.f.Truncate(bytes)
	}
	return err
}

func (s *file) limit() uintptr { return ^uintptr(0) }

func (s *file) free(b *block, used uintptr) error {
	if b.address != 0 {
		mapFree(b.address, roundUp(uintptr(b.bytes), pageSize))
	}
	err := s.f.Truncate(int64(used))
	if err = errors.Join(err, s.f.Close()); err != nil {
		return fmt.Errorf("dynarray: close %s: %w", s.f.Name(), err)
	}
	return nil
}
