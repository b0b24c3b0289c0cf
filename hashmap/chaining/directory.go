package chaining

// A directory holds the heads of the chains, and grows and shrinks by one bucket at a time (linear hashing). Buckets
// are numbered by the low bits of the hash: with n buckets, 2^level <= n < 2^(level+1), those below n-2^level and
// those from 2^level up have been split and are told apart by level+1 bits, the others still by level bits.
//
//	n = 6, level = 2:   000  001  10   11   100  101
//	                    split     not split      split off 000 and 001;  next: 10 into 010 and 110
type directory struct {
	segments [][]uint32 // segmentHeads heads each, but for a short one that is alone
	n        uint32     // buckets in use
	mask     uint32     // 2^(level+1)-1
}

const (
	segmentBits  = 12
	segmentHeads = 1 << segmentBits
)

// bucketOf returns the number of the bucket of a hash.
func (d *directory) bucketOf(hash uint32) uint32 {
	b := hash & d.mask
	if b >= d.n {
		b &= d.mask >> 1
	}
	return b
}

// head points to the head of chain b.
func (d *directory) head(b uint32) *uint32 {
	return &d.segments[b>>segmentBits][b%segmentHeads]
}

// extend adds an empty bucket, and returns its number and that of the bucket whose entries it has to share.
func (d *directory) extend() (added, split uint32) {
	added = d.n
	d.reserve(int(added) + 1)
	if added > d.mask {
		d.mask = d.mask<<1 | 1
	}
	d.n++
	return added, added & (d.mask >> 1)
}

// reserve makes sure that n buckets have memory.
func (d *directory) reserve(n int) {
	if len(d.segments) == 0 || len(d.segments[0]) < min(n, segmentHeads) {
		short := 8
		for short < min(n, segmentHeads) {
			short *= 2
		}
		grown := make([]uint32, short)
		if len(d.segments) == 0 {
			d.segments = append(d.segments, grown)
		} else {
			copy(grown, d.segments[0])
			d.segments[0] = grown
		}
	}
	for n > len(d.segments)*segmentHeads {
		d.segments = append(d.segments, make([]uint32, segmentHeads))
	}
}

// reset makes n empty buckets of fresh memory.
func (d *directory) reset(n int) {
	*d = directory{n: uint32(n)}
	d.reserve(n)
	for int64(d.mask)+1 < int64(n) {
		d.mask = d.mask<<1 | 1
	}
}

// bytes is the memory of the heads.
func (d *directory) bytes() int {
	if len(d.segments) == 0 {
		return 0
	}
	return (len(d.segments[0]) + (len(d.segments)-1)*segmentHeads) * 4
}

func (d *directory) clone() directory {
	c := *d
	c.segments = make([][]uint32, len(d.segments))
	for i, s := range d.segments {
		c.segments[i] = append([]uint32(nil), s...)
	}
	return c
}
