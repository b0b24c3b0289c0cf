package orderedmap

import (
	"math/bits"
	"unicode/utf8"
)

// plainEnd returns where, from i on, the first byte stands that a JSON string cannot have as it is, or that is no ASCII;
// or the length. It takes eight bytes at a time, and the last ones from a word that reaches back before them.
func plainEnd[T string | []byte](s T, i int) int {
	for ; i+8 <= len(s); i += 8 {
		if odd := oddBytes(word(s[i : i+8])); odd != 0 {
			return i + bits.TrailingZeros64(odd)/8
		}
	}
	n := len(s)
	switch { // behind the last byte come zeros, which are odd too
	case n >= 8:
		return i + bits.TrailingZeros64(oddBytes(word(s[n-8:n])>>(8*uint(i+8-n))))/8
	case n >= 4:
		x := uint64(half(s[:4])) | uint64(half(s[n-4:n]))<<(8*uint(n-4))
		return i + bits.TrailingZeros64(oddBytes(x>>(8*uint(i))))/8
	}
	for i < n && ' ' <= s[i] && s[i] < utf8.RuneSelf && s[i] != '"' && s[i] != '\\' {
		i++
	}
	return i
}

// oddBytes returns a word whose lowest bit that is set is the top bit of the lowest byte of x that is above 0x7F, below
// 0x20, a quote or a backslash; 0 if there is none. The top bit of such a byte is set in one of the terms; a borrow can set
// those of bytes above it, which do not count.
func oddBytes(x uint64) uint64 {
	const ones = 0x0101010101010101
	return (x | (x - ' '*ones) | (x ^ '"'*ones - ones) | (x ^ '\\'*ones - ones)) & (0x80 * ones)
}

// word and half return the first eight and four bytes of s, the first one lowest.
func word[T string | []byte](s T) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func half[T string | []byte](s T) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
