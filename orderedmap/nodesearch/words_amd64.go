package nodesearch

import "golang.org/x/sys/cpu"

//go:noescape
func countLess512(words *[Width]uint64, word uint64) int

// CountWordsLess is CountLess for words, with wide comparisons where the processor has them.
func CountWordsLess(words *[Width]uint64, word uint64) int {
	if Wide() {
		return countLess512(words, word)
	}
	return CountLess(words, word)
}

// Wide reports whether the processor compares eight keys of 64 bits at a time: AVX-512 with masks of 32 bits.
func Wide() bool { return cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasPOPCNT }
