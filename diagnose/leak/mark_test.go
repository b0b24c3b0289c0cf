package leak

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/inspect"
)

// paper is memory for a marking: words by address.
func paper(words map[uint64]uint64) *image {
	const start, size = 0x10000, 0x20000
	data := make([]byte, size)
	for at, w := range words {
		binary.LittleEndian.PutUint64(data[at-start:], w)
	}
	// Two runs that touch: a block may lie across both.
	return &image{runs: []run{{start, data[:0x11000]}, {start + 0x11000, data[0x11000:]}}}
}

func blocksAt(addrs ...uint64) (blocks []span) {
	for _, a := range addrs {
		blocks = append(blocks, span{Start: a, End: a + 24})
	}
	return blocks
}

func TestMarkingFollowsEveryWord(t *testing.T) {
	im := paper(map[uint64]uint64{
		0x10000: 0x20010 + 23, // a root: into the last byte of a block
		0x10008: 0x20058,      // one behind the end of the next: reaches nothing
		0x20018: 0x20ff8 + 8,  // to a block across two runs
		0x21008: 0x20090,      // whose last word is in the second run
		0x200c0: 0x200e0,      // a cycle of two
		0x200e8: 0x200c0,
	})
	blocks := blocksAt(0x20010, 0x20040, 0x20090, 0x200c0, 0x200e0, 0x20ff8)
	m := newMarking(im, blocks, nil)
	m.root(0x10000, 0x10010)
	assert.Equal(t, []bool{true, false, true, false, false, true}, m.marked)
	m.root(0x10001, 0x10007) // no aligned word in it
	assert.Equal(t, []bool{true, false, true, false, false, true}, m.marked)
}

func TestMarkingThroughGoObjects(t *testing.T) {
	spans := []inspect.Span{{Start: 0x12000, End: 0x14000, ElemSize: 48, Objects: true, Pointers: true}, {Start: 0x14000, End: 0x16000}}
	blocks := blocksAt(0x20010, 0x20040, 0x20090)
	im := paper(map[uint64]uint64{
		0x10000:            0x12000 + 5*48 + 17,
		0x12000 + 5*48 + 8: 0x20010,
		0x12000 + 6*48:     0x20040, // garbage
		0x14008:            0x20090, // a stack, which is no object
		0x10008:            0x14008,
	})
	m := newMarking(im, blocks, spans)
	m.root(0x10000, 0x10010)
	assert.Equal(t, []bool{true, false, false}, m.marked)
}

func TestFinalizersThatNeverCome(t *testing.T) {
	at := func(i uint64) uint64 { return 0x12000 + i*32 }
	spans := []inspect.Span{{Start: 0x12000, End: 0x14000, ElemSize: 32, Objects: true, Pointers: true}}
	im := paper(map[uint64]uint64{
		at(0): 0x20010, // a plain object
		at(1): at(1),   // points to itself: the collector does not mind
		at(2): at(3), at(3): at(2) + 8,
		at(1) + 8: 0x20040, at(2) + 16: 0x20090, at(3) + 16: 0x200c0,
	})
	m := newMarking(im, blocksAt(0x20010, 0x20040, 0x20090, 0x200c0), spans)
	m.finalize([]uint64{at(0), at(1), at(2)})
	assert.Equal(t, []bool{true, true, false, false}, m.marked)
}

func TestMappings(t *testing.T) {
	maps, err := parseMappings(strings.NewReader("00400000-00401000 r-xp 00000000 fe:00 12      /srv/a b\n" +
		"7f00-8000 rw-p 00000000 00:00 0 \n9000-a000 ---p 00000000 00:00 0\n"))
	require.NoError(t, err)
	assert.Equal(t, []mapping{
		{start: 0x400000, end: 0x401000, readable: true, name: "/srv/a b"},
		{start: 0x7f00, end: 0x8000, readable: true, writable: true}, {start: 0x9000, end: 0xa000},
	}, maps)
	_, err = parseMappings(strings.NewReader("what\n"))
	require.Error(t, err)
}

func TestUnion(t *testing.T) {
	assert.Equal(t, []span{{Start: 1, End: 5}, {Start: 7, End: 9}},
		union([]span{{Start: 7, End: 9}, {Start: 3, End: 5}, {Start: 1, End: 3}, {Start: 6, End: 6}}))
}
