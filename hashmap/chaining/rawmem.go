package chaining

import "unsafe"

// The package's only unsafe file: indexing without a bounds check. Everything below adds to a pointer to the first
// element of an allocation an offset that stays inside it (rule 3 of package unsafe, as unsafe.Add): a table of segments
// is as long as its highest block, node or hash needs, all segments but the first have their full size, and the first
// has that size or is the only one and as long as the highest number needs. Numbers come from blocks alone.

// at points to bucket i.
func (d *directory) at(i uint32) *block {
	table := unsafe.Pointer(unsafe.SliceData(d.segments))
	segment := *(*unsafe.Pointer)(unsafe.Add(table, uintptr(i>>segmentBits)*unsafe.Sizeof(table)))
	return (*block)(unsafe.Add(segment, uintptr(i%segmentBlocks)*unsafe.Sizeof(block{})))
}

// at points to block i.
func (p *blockPool) at(i uint32) *block {
	table := unsafe.Pointer(unsafe.SliceData(p.segments))
	segment := *(*unsafe.Pointer)(unsafe.Add(table, uintptr(i>>poolBits)*unsafe.Sizeof(table)))
	return (*block)(unsafe.Add(segment, uintptr(i%poolSize)*unsafe.Sizeof(block{})))
}

// ref returns reference i, 0 <= i < 6.
func (b *block) ref(i int) uint32 {
	return *(*uint32)(unsafe.Add(unsafe.Pointer(&b.refs), uintptr(i)*4))
}

// at points to node i.
func (s *slab[K, V]) at(i uint32) *node[K, V] {
	table := unsafe.Pointer(unsafe.SliceData(s.chunks))
	chunk := *(*unsafe.Pointer)(unsafe.Add(table, uintptr(i>>chunkBits)*unsafe.Sizeof(table)))
	return (*node[K, V])(unsafe.Add(chunk, uintptr(i%chunkNodes)*unsafe.Sizeof(node[K, V]{})))
}

// nodeAfter points i nodes after n. Both are in one chunk.
func nodeAfter[K, V any](n *node[K, V], i int) *node[K, V] {
	return (*node[K, V])(unsafe.Add(unsafe.Pointer(n), uintptr(i)*unsafe.Sizeof(*n)))
}

// hash points to the hash kept for node i.
func (s *slab[K, V]) hash(i uint32) *uint32 {
	table := unsafe.Pointer(unsafe.SliceData(s.hashes))
	chunk := *(*unsafe.Pointer)(unsafe.Add(table, uintptr(i>>chunkBits)*unsafe.Sizeof(table)))
	return (*uint32)(unsafe.Add(chunk, uintptr(i%chunkNodes)*4))
}

// blocksOf views the first n blocks of a segment.
func blocksOf(first *block, n int) []block { return unsafe.Slice(first, n) }

// nodesOf views the first n nodes of a chunk.
func nodesOf[K, V any](first *node[K, V], n int) []node[K, V] { return unsafe.Slice(first, n) }

// hashesOf views the first n hashes of a chunk.
func hashesOf(first *uint32, n int) []uint32 { return unsafe.Slice(first, n) }
