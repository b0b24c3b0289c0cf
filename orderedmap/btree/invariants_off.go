//go:build !invariants

package btree

// invariants makes every mutation check the invariants of doc.go.
const invariants = false
