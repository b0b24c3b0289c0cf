package openaddr

// A segment is a hash table of its own, of at most a few thousand slots. What a look-up needs stands in the
// descriptor, four words so that indexing them is a shift, and the descriptors stand in the directory: from the hash
// to the control word is one load more than in a table without segments, and that one stays in the nearest cache.
//
//	words:  | group 0 | group 1 | ... | group n-1 | room | limit | drift |
//	slots:  | 0 1 2 3 4 5 6 | 7 ...               |
//
// What changes stands behind the control words, since a directory may hold several copies of a descriptor.
type segment[K, V any] struct {
	words  *uint64
	slots  *slot[K, V]
	groups uint64
	depth  uint64 // how many bits of the hash all of its entries share
}

// slot is one entry. The value comes first: a zero-size value at the end would cost a word of padding.
type slot[K, V any] struct {
	value V
	key   K
}

// Behind the control words.
const (
	roomWord  = iota // entries that fit before something must be done
	limitWord        // entries that fitted when there was none
	driftWord        // deletions that may have left an overflow bit standing for nothing
	tailWords
)

// noEntries is the one group of all segments without slots, with no room. It is never written.
var noEntries [1 + tailWords]uint64

// newSegment returns an empty segment.
func newSegment[K, V any](groups uint64, depth uint64) segment[K, V] {
	if groups == 0 {
		return segment[K, V]{words: &noEntries[0], groups: 1, depth: depth}
	}
	words := make([]uint64, groups+tailWords)
	slots := make([]slot[K, V], groups*groupSlots)
	s := segment[K, V]{words: &words[0], slots: &slots[0], groups: groups, depth: depth}
	s.setLimit(softLimit(groups), 0)
	return s
}

// Set and removeAt write these out: through two generic functions, one within the other, the compiler loads a dictionary and
// checks it.
func (s segment[K, V]) room() *uint64  { return s.word(s.groups + roomWord) }
func (s segment[K, V]) limit() *uint64 { return s.word(s.groups + limitWord) }
func (s segment[K, V]) drift() *uint64 { return s.word(s.groups + driftWord) }

// count is the number of entries.
func (s segment[K, V]) count() uint64 { return *s.limit() - *s.room() }

// setLimit lets the segment, which has count entries, take up to limit.
func (s segment[K, V]) setLimit(limit, count uint64) { *s.limit(), *s.room() = limit, limit-count }

// take enters count entries that were moved to the new segment. They may be more than its limit.
func (s segment[K, V]) take(count uint64) { s.setLimit(max(*s.limit(), count), count) }

// next is the group after g in all probe sequences.
func (s segment[K, V]) next(g uint64) uint64 {
	if g++; g < s.groups {
		return g
	}
	return 0
}

// claim takes the first empty slot on the probe sequence of p, marks the full groups before it as overflowed, and
// says how many there were. There is an empty one, since no limit reaches the number of slots in more than one group.
func (s segment[K, V]) claim(p uint64) (at *slot[K, V], passed int) {
	g := homeOf(p, s.groups)
	for {
		w := s.word(g)
		if empty := matchEmpty(*w); empty != 0 {
			*w = withTag(*w, empty, p)
			return s.marked(g, empty), passed
		}
		*w |= 1 << (overflowBit(p) & 63)
		g = s.next(g)
		passed++
	}
}
