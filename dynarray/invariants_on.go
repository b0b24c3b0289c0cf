//go:build invariants

package dynarray

// invariants makes every change of memory check the invariants of doc.go.
const invariants = true
