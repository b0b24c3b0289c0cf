package chaining

// A slab hands out nodes by number, from 1; 0 is the end of a chain. It is a list of chunks: only the first chunk is
// ever copied to grow, so that no insertion pays for the nodes of a large map, and a link takes 4 bytes, not 8.
// A node never moves within its slab, and nodes come in the order of insertion until freed ones are used again.
type slab[K, V any] struct {
	chunks []*[chunkNodes]node[K, V] // full-size chunks, from node chunkNodes on
	first  []node[K, V]              // nodes 0 to chunkNodes-1, as many as needed; number 0 is never used
	used   uint32                    // numbers handed out, free ones included; the next is used+1
	free   uint32                    // the first of the nodes to be used again, linked by next
	freed  int                       // how many those are
}

const (
	chunkBits  = 10
	chunkNodes = 1 << chunkBits
	firstNodes = 4
	maxNodes   = 1<<31 - 1
)

// node is an entry and its place in a chain.
type node[K, V any] struct {
	next uint32 // the next node of the chain or of the free list
	hash uint32 // liveBit and 31 bits of the hash; 0 in a free node
	// The value stands before the key: a zero-size value at the end would cost a word of padding.
	value V
	key   K
}

const liveBit = 1 << 31

// at returns node number i.
func (s *slab[K, V]) at(i uint32) *node[K, V] {
	if i < chunkNodes {
		return &s.first[i]
	}
	return &s.chunks[i>>chunkBits-1][i%chunkNodes]
}

// take hands out a node.
func (s *slab[K, V]) take() (uint32, *node[K, V]) {
	if i := s.free; i != 0 {
		n := s.at(i)
		s.free = n.next
		s.freed--
		return i, n
	}
	if s.used == maxNodes {
		panic("chaining: more than 2^31-2 entries")
	}
	s.used++
	s.reserve(s.used)
	return s.used, s.at(s.used)
}

// reserve makes sure that node i has memory.
func (s *slab[K, V]) reserve(i uint32) {
	if need := min(i, chunkNodes-1); need >= uint32(len(s.first)) {
		size := min(max(int(need)+1, 2*len(s.first), firstNodes), chunkNodes)
		grown := make([]node[K, V], size)
		copy(grown, s.first)
		s.first = grown
	}
	for i>>chunkBits > uint32(len(s.chunks)) {
		s.chunks = append(s.chunks, new([chunkNodes]node[K, V]))
	}
}

// give takes a node back, and drops what it held.
func (s *slab[K, V]) give(i uint32) {
	*s.at(i) = node[K, V]{next: s.free}
	s.free = i
	s.freed++
}

// capacity is the number of nodes that have memory.
func (s *slab[K, V]) capacity() int {
	return max(0, len(s.first)-1) + len(s.chunks)*chunkNodes
}

// capacityFor is the capacity of a new slab after reserve(n).
func (s *slab[K, V]) capacityFor(n int) int {
	if n < chunkNodes {
		return max(n+1, firstNodes) - 1
	}
	return (n>>chunkBits+1)*chunkNodes - 1
}

func (s *slab[K, V]) clone() slab[K, V] {
	c := *s
	c.first = append([]node[K, V](nil), s.first...)
	c.chunks = make([]*[chunkNodes]node[K, V], len(s.chunks))
	for i, chunk := range s.chunks {
		copied := *chunk
		c.chunks[i] = &copied
	}
	return c
}
