//go:build !invariants

package bplustree

// invariants makes every mutation check the invariants of doc.go.
const invariants = false
