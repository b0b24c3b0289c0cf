//go:build !invariants

package chaining

// invariants makes every mutation of a small map check the whole map.
const invariants = false
