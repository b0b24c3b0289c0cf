package hashmap

import (
	"hash/maphash"
	"sync"
)

// A Hasher brings a hash and an equality of the user's own to a map: case-insensitive strings, byte slices, keys
// that are equal up to a tolerance class. Equal keys must hash alike: what Equal calls one key, Hash must write as
// the same bytes. Both may be called by several readers at once.
type Hasher[K any] interface {
	Hash(h *maphash.Hash, key K)
	Equal(a, b K) bool
}

// hasherState is a Hasher together with the maphash.Hash values that its calls write to. A maphash.Hash handed to
// an interface method escapes, so a fresh one for each look-up would be 150 bytes of garbage; one kept in the map
// would be written by concurrent readers. A pool of the map's own costs about 10 ns and does neither.
type hasherState[K any] struct {
	hasher Hasher[K]
	pool   sync.Pool
}

func (s *hasherState[K]) hash(seed maphash.Seed, key K) uint64 {
	h, _ := s.pool.Get().(*maphash.Hash)
	if h == nil {
		h = new(maphash.Hash)
	}
	h.SetSeed(seed) // also resets it
	s.hasher.Hash(h, key)
	sum := h.Sum64()
	s.pool.Put(h)
	return sum
}
