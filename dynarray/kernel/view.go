package kernel

import "unsafe"

// bytesOf is the memory of a slice whose elements hold no Go pointer.
func bytesOf[T any](s []T) []byte {
	// Sound: any element is bytes, the length is that of the slice's own elements, and the collector finds the memory by
	// a pointer of any type.
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), uintptr(len(s))*unsafe.Sizeof(*new(T)))
}

// bitsOf is the bits of an element of up to eight bytes.
func bitsOf[T any](v T) uint64 {
	// Sound: each branch reads an element of its own size, and bits of any pattern are an unsigned number.
	switch p := unsafe.Pointer(&v); unsafe.Sizeof(v) {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	default:
		return *(*uint64)(p)
	}
}

// ofBits is the element that has these bits, in the low ones of the word.
func ofBits[T any](bits uint64) (v T) {
	// Sound: as bitsOf, the other way; T is a number here, of which any bits are one.
	switch p := unsafe.Pointer(&v); unsafe.Sizeof(v) {
	case 1:
		*(*uint8)(p) = uint8(bits)
	case 2:
		*(*uint16)(p) = uint16(bits)
	case 4:
		*(*uint32)(p) = uint32(bits)
	default:
		*(*uint64)(p) = bits
	}
	return v
}

func sizeOf[T any]() uintptr { return unsafe.Sizeof(*new(T)) }
