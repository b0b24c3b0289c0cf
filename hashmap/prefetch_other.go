//go:build !amd64

package hashmap

// Prefetch asks for nothing on this processor.
func Prefetch(*[Batch]*byte) {}
