//go:build !amd64 || amd64.v3

package chaining

import "math/bits"

// firstMatch returns the place of the lowest mark of a non-empty match.
func firstMatch(match uint64) int { return bits.TrailingZeros64(match) >> 3 }
