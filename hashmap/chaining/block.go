package chaining

// A block is a link of a chain and half of a cache line: the references of up to six entries, each beside a tag of seven
// bits of its hash. The control word, little end first:
//
//	byte   0   1   2   3   4   5   6     7
//	      tag tag tag tag tag tag count  128 if the chain goes on
//
// A tag is 0 where there is no entry, else 1 and the seven bits. A block that the chain goes on from has five entries, and
// the number of the next block in the place of the sixth; the last block of a chain has any number up to six, and none
// but the first is empty. So the tags answer for the keys of six nodes without reading one, wrongly in one of 128 cases.
type block struct {
	ctrl uint64
	refs [blockRefs]uint32
}

const (
	blockRefs = 6
	ones      = 0x0000010101010101 // the lowest bit of each tag
	fullBits  = 0x0000808080808080 // the bit that makes a tag full
	oneEntry  = 1 << 48            // the lowest bit of the count
	goesOn    = 1 << 63
	lastRef   = blockRefs - 1
)

// The hash is used from both ends: the tag takes its bits 0-6, the bucket the upper half.

func tagOf(h uint64) uint64 { return h&0x7f | 0x80 }

// matchTag marks the entries whose tag may be that of h. It finds every true one; a borrow out of a matching byte can
// mark the entry above it falsely, and so can seven bits that happen to agree: the keys are compared anyway.
func matchTag(w, h uint64) uint64 {
	x := w ^ tagOf(h)*ones
	return (x - ones) & ^x & fullBits
}

// entries is the number of entries of a block with control word w.
func entries(w uint64) int { return int(w >> 48 & 7) }

// linked reports whether the chain goes on.
func linked(w uint64) bool { return int64(w) < 0 }

// tagAt is the tag of entry i.
func tagAt(w uint64, i int) uint64 { return w >> (uint(i) * 8 & 63) & 0xff }

// add appends an entry to a block that is the last of its chain and not full.
func (b *block) add(tag uint64, ref uint32) {
	i := entries(b.ctrl)
	b.refs[i%8] = ref
	b.ctrl = (b.ctrl + oneEntry) | tag<<(uint(i)*8&63)
}

// drop takes the last entry off a block that the chain does not go on from.
func (b *block) drop() (tag uint64, ref uint32) {
	i := entries(b.ctrl) - 1
	tag, ref = tagAt(b.ctrl, i), b.refs[i]
	b.ctrl = (b.ctrl - oneEntry) &^ (0xff << (uint(i) * 8 & 63))
	b.refs[i] = 0
	return tag, ref
}

// replace puts another entry in the place of entry i.
func (b *block) replace(i int, tag uint64, ref uint32) {
	shift := uint(i) * 8 & 63
	b.ctrl = b.ctrl&^(0xff<<shift) | tag<<shift
	b.refs[i] = ref
}

// A blockPool hands out blocks for chains of more than one, by number. They lie in small segments that never move.
type blockPool struct {
	segments []*block
	used     uint32 // numbers handed out, free ones included
	free     uint32 // 1 + the number of the first free block; the free ones are linked likewise by their refs[0]
	freed    int
}

const (
	poolBits = 4
	poolSize = 1 << poolBits
)

// take hands out an empty block.
func (p *blockPool) take() (uint32, *block) {
	if p.free != 0 {
		i := p.free - 1
		b := p.at(i)
		p.free = b.refs[0]
		p.freed--
		*b = block{}
		return i, b
	}
	if int(p.used) == len(p.segments)*poolSize {
		p.segments = append(p.segments, &make([]block, poolSize)[0])
	}
	p.used++
	b := p.at(p.used - 1)
	*b = block{}
	return p.used - 1, b
}

func (p *blockPool) give(i uint32) {
	*p.at(i) = block{refs: [blockRefs]uint32{p.free}}
	p.free = i + 1
	p.freed++
}

func (p *blockPool) clone() blockPool {
	c := *p
	c.segments = make([]*block, len(p.segments))
	for i, s := range p.segments {
		c.segments[i] = &append([]block(nil), blocksOf(s, poolSize)...)[0]
	}
	return c
}
