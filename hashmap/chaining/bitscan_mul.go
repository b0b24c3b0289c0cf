//go:build amd64 && !amd64.v3

package chaining

// firstMatch returns the place of the lowest mark of a non-empty match. At GOAMD64=v1 bits.TrailingZeros64 is BSF, which
// has its destination register as an input too: if that was last written by a load that missed the cache, independent
// look-ups wait for each other. The multiplication picks the byte that holds the answer and depends on nothing else.
func firstMatch(match uint64) int {
	return int((match & -match >> 7) * 0x0001020304050607 >> 56)
}
