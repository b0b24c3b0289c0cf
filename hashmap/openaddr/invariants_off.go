//go:build !invariants

package openaddr

// invariants makes every mutation of a small map check the whole map.
const invariants = false
