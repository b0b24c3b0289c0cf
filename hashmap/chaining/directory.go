package chaining

// A directory holds the first blocks of all chains, and grows by one bucket at a time (linear hashing). Buckets are
// numbered by the low bits of the upper half of the hash: with n buckets, 2^level <= n < 2^(level+1), those below
// n-2^level and those from 2^level up have been split and are told apart by level+1 bits, the others still by level bits.
//
//	n = 6, level = 2:   000  001  10   11   100  101
//	                    split     not split      split off 000 and 001;  next: 10 into 010 and 110
type directory struct {
	segments []*block // the first block of each segment
	n        uint32   // buckets in use
	mask     uint32   // 2^(level+1)-1
	room     int      // buckets that have memory: less than a segment, or whole segments
}

const (
	segmentBits   = 12
	segmentBlocks = 1 << segmentBits
)

// noEntries is the bucket of all maps that have no memory yet. It is never written.
var noEntries block

// nothing is the directory of an empty map without memory. Its table, of one segment, is the one given.
func nothing(table []*block) directory {
	table[0] = &noEntries
	return directory{segments: table, n: 1}
}

// bucketOf returns the number of the bucket of the upper half of a hash. Whether that bucket is there yet is as random as
// the key: a branch on it, which is what the compiler makes of an if, would be mispredicted.
func (d *directory) bucketOf(hash uint32) uint32 {
	there := uint32((int64(hash&d.mask) - int64(d.n)) >> 63) // all ones if so
	return hash & (d.mask>>1 | d.mask&there)
}

// home points to the first block of the chain of h.
func (d *directory) home(h uint64) *block { return d.at(d.bucketOf(uint32(h >> 32))) }

// extend adds an empty bucket that has memory, and returns its number and that of the bucket whose entries it has to
// share. The bit of their hashes that decides is the highest of the mask.
func (d *directory) extend() (added, split uint32) {
	added = d.n
	if added > d.mask {
		d.mask = d.mask<<1 | 1
	}
	d.n++
	return added, added & (d.mask >> 1)
}

// reserve makes sure that n buckets have memory.
func (d *directory) reserve(n int) {
	if n <= d.room {
		return
	}
	if d.room < segmentBlocks {
		short := min(n, segmentBlocks)
		grown := make([]block, short)
		if d.room > 0 {
			copy(grown, blocksOf(d.segments[0], d.room))
		}
		d.segments = append(d.segments[:0], &grown[0])
		d.room = short
	}
	if n <= d.room {
		return
	}
	more := (n - d.room + segmentBlocks - 1) / segmentBlocks
	blocks := make([]block, more*segmentBlocks)
	for i := range more {
		d.segments = append(d.segments, &blocks[i*segmentBlocks])
	}
	d.room += len(blocks)
	if more == 1 {
		touch(blocks)
	}
}

// reset makes n empty buckets of fresh memory.
func (d *directory) reset(n int) {
	*d = directory{segments: d.segments[:0], n: uint32(n)}
	d.reserve(n)
	for int64(d.mask)+1 < int64(n) {
		d.mask = d.mask<<1 | 1
	}
}

// each calls f for the blocks of each segment that has memory.
func (d *directory) each(f func(blocks []block)) {
	for i := 0; i < d.room; i += segmentBlocks {
		f(blocksOf(d.segments[i/segmentBlocks], min(segmentBlocks, d.room-i)))
	}
}

func (d *directory) clone() directory {
	c := *d
	c.segments = nil
	d.each(func(blocks []block) { c.segments = append(c.segments, &append([]block(nil), blocks...)[0]) })
	return c
}
