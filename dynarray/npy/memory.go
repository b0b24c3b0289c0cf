package npy

import "unsafe"

// This is the package's only file with unsafe: it looks at elements as bytes, and at mapped bytes as elements.

func size[T Element]() int { return int(unsafe.Sizeof(*new(T))) }

// bytesOf returns the memory of s as bytes. Sound: elements are plain numbers without padding, so all of their bytes may be
// read; what writes them writes numbers of the same size, of which any bits are one, but for bool, which see tidy.
func bytesOf[T Element](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*size[T]())
}

// elementsOf returns bytes as elements, or nil if they are not aligned for those. Sound: the result lies within b, holds no
// pointer, and is as long as whole elements fit; it lives as long as b's memory does, which is for the caller to see to.
func elementsOf[T Element](b []byte) []T {
	p := unsafe.Pointer(unsafe.SliceData(b))
	if uintptr(p)%unsafe.Alignof(*new(T)) != 0 {
		return nil
	}
	return unsafe.Slice((*T)(p), len(b)/size[T]())
}
