//go:build invariants

package orderedmap

// invariants makes every mutation check the invariants of doc.go.
const invariants = true
