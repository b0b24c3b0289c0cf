package hashmap

import (
	"hash/maphash"
	"unsafe"
)

// The package's only unsafe file. Every load below reads bytes that lie inside the value its pointer was taken
// from (rule 1 of package unsafe: conversion of a *T1 to a *T2 no larger than T1) or inside the string whose data
// pointer it got (unsafe.Add within the same allocation). None of the loaded types holds a pointer, so alignment
// is the machine's affair alone: amd64, arm64 and 386 read unaligned words in one instruction.

// WordOf returns the bytes of a key of kind Word, zero-extended.
func WordOf[K any](key *K) uint64 {
	// Sizeof is a constant once the shape of K is known: three of the four branches vanish.
	switch unsafe.Sizeof(*key) {
	case 8:
		return *(*uint64)(unsafe.Pointer(key))
	case 4:
		return uint64(*(*uint32)(unsafe.Pointer(key)))
	case 2:
		return uint64(*(*uint16)(unsafe.Pointer(key)))
	}
	return uint64(*(*uint8)(unsafe.Pointer(key)))
}

// PairOf returns the two words of a key of kind Pair.
func PairOf[K any](key *K) (a, b uint64) {
	p := (*[2]uint64)(unsafe.Pointer(key))
	return p[0], p[1]
}

// StringOf returns a key of kind String as a string, whatever its named type.
func StringOf[K any](key *K) string { return *(*string)(unsafe.Pointer(key)) }

// bytesOf views a key of kind Bytes as a string. The view must not outlive the key.
func bytesOf[K any](key *K) string {
	return unsafe.String((*byte)(unsafe.Pointer(key)), unsafe.Sizeof(*key))
}

// SizedAs reports whether K has the size of kind: a constant for each shape of K, so that a branch guarded by it
// costs nothing where it cannot be taken.
func SizedAs[K any](kind Kind) bool {
	var key K
	switch kind {
	case Word:
		return unsafe.Sizeof(key) <= 8
	case Pair:
		return unsafe.Sizeof(key) == 16
	default:
		return unsafe.Sizeof(key) == unsafe.Sizeof("")
	}
}

// load8, load4 and load1 read within the string that p is the data pointer of: rule 3, as unsafe.Add. The callers
// see to it that at plus the width is at most the length.
func load8(p unsafe.Pointer, at uintptr) uint64 { return *(*uint64)(unsafe.Add(p, at)) }

// load4: as load8.
func load4(p unsafe.Pointer, at uintptr) uint64 { return uint64(*(*uint32)(unsafe.Add(p, at))) }

// load1: as load8.
func load1(p unsafe.Pointer, at uintptr) uint64 { return uint64(*(*uint8)(unsafe.Add(p, at))) }

// hashString hashes a string. From 8 to 32 bytes it takes one path without a branch on the length: keys of mixed
// length would mispredict it, which costs more than the second multiplication that short ones do not need.
func (s *Seed) hashString(str string) uint64 {
	n := uintptr(len(str))
	p := unsafe.Pointer(unsafe.StringData(str))
	length := uint64(n) * scatter // added behind the product: XORed into an operand, bytes beside it could cancel it
	switch {
	case n-8 <= 32-8:
		second, third := innerWords(n)
		x := fold(load8(p, 0)^s.A, load8(p, second)^s.B)
		return fold(load8(p, third)^s.A, load8(p, n-8)^s.B^x) + length
	case n > 32:
		return maphash.String(s.long, str) // AES where there is any: ahead of a multiplication for each 16 bytes
	case n >= 4:
		return fold(load4(p, 0)^s.A, load4(p, n-4)^s.B)*scatter + length // as in HashWord
	case n > 0:
		return fold((load1(p, 0)<<16|load1(p, n>>1)<<8|load1(p, n-1))^s.A, s.B)*scatter + length
	}
	return fold(s.A, s.B)
}

// EqualStrings is a == b, for strings that are probably equal. From 8 to 32 bytes it compares the same four words that
// hashString hashes, without a branch on the length; the runtime's comparison mispredicts on keys of mixed length.
func EqualStrings(a, b string) bool {
	n := uintptr(len(a))
	if n != uintptr(len(b)) {
		return false
	}
	if n-8 > 32-8 {
		return a == b
	}
	p, q := unsafe.Pointer(unsafe.StringData(a)), unsafe.Pointer(unsafe.StringData(b))
	second, third := innerWords(n)
	return (load8(p, 0)^load8(q, 0))|(load8(p, second)^load8(q, second))|
		(load8(p, third)^load8(q, third))|(load8(p, n-8)^load8(q, n-8)) == 0
}

// InWords reports whether s has the 8 to 32 bytes that Words, HashWords and HaveWords are for: a look-up of such a string
// loads its words once, and both hashes and compares them. These are methods of a generic type, and written out, as
// HashWord is.
func (k *Keyer[K]) InWords(s string) bool { return uintptr(len(s))-8 <= 32-8 }

// Words gives the four words that hashString and EqualStrings take of such a string.
func (k *Keyer[K]) Words(s string) (first, second, third, last uint64) {
	p, n := unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s))
	over := n - 16
	short := uintptr(int(over) >> (intBits - 1)) // as in innerWords
	return *(*uint64)(p), *(*uint64)(unsafe.Add(p, 8+over&short)),
		*(*uint64)(unsafe.Add(p, over&^short)), *(*uint64)(unsafe.Add(p, n-8))
}

// HaveWords reports whether s is the string of n bytes that has these words.
func (k *Keyer[K]) HaveWords(s string, n uintptr, first, second, third, last uint64) bool {
	if uintptr(len(s)) != n {
		return false
	}
	p := unsafe.Pointer(unsafe.StringData(s))
	over := n - 16
	short := uintptr(int(over) >> (intBits - 1))
	return (*(*uint64)(p)^first)|(*(*uint64)(unsafe.Add(p, 8+over&short))^second)|
		(*(*uint64)(unsafe.Add(p, over&^short))^third)|(*(*uint64)(unsafe.Add(p, n-8))^last) == 0
}

// innerWords gives the places of the second and third of four words that, with those at 0 and n-8, cover n bytes,
// 8 <= n <= 32: min(8, n-8) and max(0, n-16). The clamps are sign-mask arithmetic because the compiler makes branches
// of min and max.
func innerWords(n uintptr) (second, third uintptr) {
	over := n - 16
	short := uintptr(int(over) >> (intBits - 1)) // all ones below 16 bytes
	return 8 + over&short, over &^ short
}

const intBits = 32 << (^uint(0) >> 63)
