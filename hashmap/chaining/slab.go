package chaining

import (
	"math/bits"
	"reflect"
)

// A slab hands out nodes by number, from 0. It is a list of chunks: only the first chunk is ever copied to grow, so that
// no insertion pays for the nodes of a large map, and a reference takes 4 bytes, not 8. A node never moves within its
// slab, and nodes come in the order of insertion until freed ones are used again. Nodes handed out and not freed are the
// entries, so that a walk over the slab needs nothing else.
type slab[K, V any] struct {
	chunks []*node[K, V] // the first node of each chunk
	hashes []*uint32     // beside them, the upper halves of the hashes, if they are kept; else nil
	graves []*graves     // beside them, which nodes are free; nil in the first as long as none is
	used   uint32        // numbers handed out, free ones included
	room   uint32        // numbers that have memory: less than a chunk, or whole chunks
	freed  int           // free nodes
	open   uint32        // 1 + the number of the first chunk with free nodes; they are linked by graves.next
	keep   bool          // keep the hashes
}

const (
	chunkBits  = 12
	chunkNodes = 1 << chunkBits
	firstNodes = 8
	maxNodes   = 1<<31 - 1
)

// node is an entry. The value stands before the key: a zero-size value at the end would cost a word of padding.
type node[K, V any] struct {
	value V
	key   K
}

// graves marks the free nodes of a chunk, and those words of the marks that are not zero.
type graves struct {
	free  [chunkNodes / 64]uint64
	words uint64
	next  uint32
}

// take hands out a node.
func (s *slab[K, V]) take() uint32 {
	if s.open != 0 {
		return s.reuse()
	}
	if s.used == s.room {
		s.extend()
	}
	s.used++
	return s.used - 1
}

// reuse hands out a free node.
func (s *slab[K, V]) reuse() uint32 {
	c := s.open - 1
	g := s.graves[c]
	w := bits.TrailingZeros64(g.words)
	word := &g.free[w]
	i := c*chunkNodes + uint32(w)*64 + uint32(bits.TrailingZeros64(*word))
	if *word &= *word - 1; *word == 0 {
		if g.words &= g.words - 1; g.words == 0 {
			s.open = g.next
		}
	}
	s.freed--
	return i
}

// extend makes room for another node.
func (s *slab[K, V]) extend() {
	if s.room >= maxNodes-chunkNodes {
		panic("chaining: more than 2^31-2 entries")
	}
	if s.room < chunkNodes {
		s.reserve(min(max(2*s.room, firstNodes), chunkNodes))
	} else {
		s.reserve(s.room + 1)
	}
}

// reserve makes sure that n nodes have memory.
func (s *slab[K, V]) reserve(n uint32) {
	if n <= s.room {
		return
	}
	if s.room < chunkNodes {
		s.reserveFirst(min(n, chunkNodes))
	}
	if n <= s.room {
		return
	}
	more := (n - s.room + chunkNodes - 1) / chunkNodes
	nodes := make([]node[K, V], more*chunkNodes)
	graveyard := make([]graves, more)
	var hashes []uint32
	if s.keep {
		hashes = make([]uint32, more*chunkNodes)
	}
	if s.graves[0] == nil {
		s.graves[0] = new(graves) // before the table moves: an iterator may have the old one
	}
	for i := range more {
		s.chunks = append(s.chunks, &nodes[i*chunkNodes])
		s.graves = append(s.graves, &graveyard[i])
		if s.keep {
			s.hashes = append(s.hashes, &hashes[i*chunkNodes])
		}
	}
	s.room += more * chunkNodes
	if more == 1 {
		touch(nodes)
		touch(hashes)
	}
}

// touch writes to each page of fresh memory. The system would otherwise interrupt one Set for each page, thousands in a map
// that grows to a million, for some microseconds; like this it interrupts few, and those take no longer than a split second
// of a millisecond.
func touch[T any](fresh []T) {
	const page = 4096
	var zero T
	for i := 0; i < len(fresh); i += max(1, page/max(1, int(reflect.TypeFor[T]().Size()))) {
		fresh[i] = zero
	}
}

// reserveFirst is reserve for less than a chunk.
func (s *slab[K, V]) reserveFirst(n uint32) {
	grown := make([]node[K, V], n)
	if s.room > 0 {
		copy(grown, nodesOf(s.chunks[0], int(s.room)))
	} else if len(s.graves) == 0 {
		s.graves = make([]*graves, 1)
	}
	s.chunks = append(s.chunks[:0], &grown[0])
	if s.keep {
		hashes := make([]uint32, n)
		if s.room > 0 {
			copy(hashes, hashesOf(s.hashes[0], int(s.room)))
		}
		s.hashes = append(s.hashes[:0], &hashes[0])
	}
	s.room = n
}

// give takes a node back, and drops what it held.
func (s *slab[K, V]) give(i uint32) {
	*s.at(i) = node[K, V]{}
	c := i >> chunkBits
	g := s.graves[c]
	if g == nil {
		g = new(graves)
		s.graves[c] = g
	}
	if g.words == 0 {
		g.next, s.open = s.open, c+1
	}
	w := i % chunkNodes / 64
	g.words |= 1 << w
	g.free[w] |= 1 << (i % 64)
	s.freed++
}

// isFree reports whether node i, which was handed out, has been given back.
func (s *slab[K, V]) isFree(i uint32) bool {
	g := s.graves[i>>chunkBits]
	return g != nil && g.free[i%chunkNodes/64]>>(i%64)&1 != 0
}

// full marks the entries among the 64 nodes from i on. i is a multiple of 64.
func (s *slab[K, V]) full(i uint32) uint64 {
	full := ^uint64(0)
	if g := s.graves[i>>chunkBits]; g != nil {
		full = ^g.free[i%chunkNodes/64]
	}
	if rest := s.used - i; rest < 64 {
		full &= 1<<rest - 1
	}
	return full
}

// memory returns the number of nodes in chunk c that have memory.
func (s *slab[K, V]) memory(c int) int { return min(chunkNodes, int(s.room)-c*chunkNodes) }

func (s *slab[K, V]) clone() slab[K, V] {
	c := *s
	c.chunks, c.hashes, c.graves = nil, nil, nil
	for i, chunk := range s.chunks {
		c.chunks = append(c.chunks, &append([]node[K, V](nil), nodesOf(chunk, s.memory(i))...)[0])
		if s.keep {
			c.hashes = append(c.hashes, &append([]uint32(nil), hashesOf(s.hashes[i], s.memory(i))...)[0])
		}
	}
	for _, g := range s.graves {
		if g != nil {
			copied := *g
			g = &copied
		}
		c.graves = append(c.graves, g)
	}
	return c
}
