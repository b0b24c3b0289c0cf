package hashmap

// Prefetch asks for the cache lines that the pointers point into, and waits for none. A pointer may be nil or stale.
//
//go:noescape
func Prefetch(lines *[Batch]*byte)
