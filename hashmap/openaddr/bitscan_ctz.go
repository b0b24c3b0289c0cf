//go:build !amd64 || amd64.v3

package openaddr

import "math/bits"

// firstSlot returns the slot of the lowest mark of a non-empty match.
func firstSlot(match uint64) int { return bits.TrailingZeros64(match) >> 3 }
