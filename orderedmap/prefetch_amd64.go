package orderedmap

// prefetch asks for the cache lines at the addresses and waits for none. An address may be nil.
//
//go:noescape
func prefetch(addresses *[batch]*byte)
