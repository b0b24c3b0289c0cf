package chaining

// A block is a link of a chain and half of a cache line: the references of up to six entries, each beside a tag of seven
// bits of its hash. The control word, little end first:
//
//	bit    0-7 ... 40-47   48-50   51-58                   62             63
//	       tag ... tag     count   filter of what follows  not the first  the chain goes on
//
// A tag is 0 where there is no entry, else 1 and the seven bits: the tags answer for the keys of six nodes without reading
// one, wrongly in one of 128 cases. A block that the chain goes on from has five entries, and the number of the next block
// in the place of the sixth; the last block of a chain has any number up to six, and none but the first is empty.
//
// The filter has the bit of every entry in the blocks that follow, one of eight by the low bits of the tag, and maybe
// others of entries that went. A look-up goes on only if its own bit is set: one chain in ten goes on, and a branch that is
// wrong one time in ten, and known to be after a cache miss, would double the time of a miss.
type block struct {
	ctrl uint64
	refs [blockRefs]uint32
}

const (
	blockRefs = 6
	lastRef   = blockRefs - 1
	ones      = 0x0000010101010101 // the lowest bit of each tag
	fullBits  = 0x0000808080808080 // the bit that makes a tag full
	oneEntry  = 1 << 48            // the lowest bit of the count
	full      = blockRefs * oneEntry
	filter    = 0xff << filterAt
	filterAt  = 51
	follows   = 1 << 62
	goesOn    = 1 << 63
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

// filterBit is the bit of the filter for an entry with a tag, or the hash of one.
func filterBit(tag uint64) uint64 { return 1 << (tag&7 + filterAt) }

// alone reports whether the block is all of its chain.
func alone(w uint64) bool { return w < follows }

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
	return tag, ref
}

// replace puts another entry in the place of entry i.
func (b *block) replace(i int, tag uint64, ref uint32) {
	shift := uint(i) * 8 & 63
	b.ctrl = b.ctrl&^(0xff<<shift) | tag<<shift
	b.refs[i] = ref
}

// remove puts the last entry in the place of entry i. Whether that is the same is not asked: no branch could tell.
func (b *block) remove(i int) {
	last := entries(b.ctrl) - 1
	b.replace(i, tagAt(b.ctrl, last), b.refs[last])
	b.ctrl = (b.ctrl - oneEntry) &^ (0xff << (uint(last) * 8 & 63))
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

// take hands out an empty block that is not the first of its chain.
func (p *blockPool) take() (uint32, *block) {
	if p.free != 0 {
		i := p.free - 1
		b := p.at(i)
		p.free = b.refs[0]
		p.freed--
		*b = block{ctrl: follows}
		return i, b
	}
	if int(p.used) == len(p.segments)*poolSize {
		p.segments = append(p.segments, &make([]block, poolSize)[0])
	}
	p.used++
	b := p.at(p.used - 1)
	*b = block{ctrl: follows}
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
