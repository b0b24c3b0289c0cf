//go:build !invariants

package dynarray

// invariants is set by -tags invariants; without it the checks compile to nothing.
const invariants = false
