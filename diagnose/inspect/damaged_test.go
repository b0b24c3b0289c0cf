package inspect

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// image is memory made up word by word, that is read as a core's.
type image struct {
	base  uint64
	bytes []byte
}

func newImage(size int) *image { return &image{base: 0xc000000000, bytes: make([]byte, size)} }

func (im *image) set(addr uint64, words ...uint64) {
	for i, w := range words {
		binary.LittleEndian.PutUint64(im.bytes[addr-im.base+uint64(i)*8:], w)
	}
}

func (im *image) process(t *testing.T) *Process {
	t.Helper()
	path := filepath.Join(t.TempDir(), "memory")
	require.NoError(t, os.WriteFile(path, im.bytes, 0o600))
	file, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	return &Process{layout: go126(), mem: &memory{core: &core{file: file,
		parts: []corePart{{im.base, uint64(len(im.bytes)), 0}}}}}
}

// A heap whose list of spans is damaged: what cannot be is left out, and what is kept can be marked everywhere.
func TestDamagedSpans(t *testing.T) {
	const heapStart = 0xc000100000
	l := go126()
	for name, c := range map[string]struct {
		start, pages, elemSize, class uint64
		kept                          int
		tooLarge                      bool
	}{
		"sound":                        {heapStart, 1, 48, 4, 2, false},
		"sound, of one large object":   {heapStart, 40, 40 * pageSize, 0, 2, false},
		"between two pages":            {heapStart + 8, 1, 48, 4, 1, false},
		"over the end of all":          {1<<64 - pageSize, 2, 48, 4, 1, false},
		"of no pages":                  {heapStart, 0, 48, 4, 1, false},
		"of nothing":                   {heapStart, 1, 0, 4, 1, false},
		"of broken words":              {heapStart, 1, 513, 5 << 1, 1, false},
		"of more than there can be":    {heapStart, 1 << 20, 8, 5, 1, false},
		"of many pages, with pointers": {heapStart, 1 << 20, 1 << 33, 0, 0, true},
		"of as many pages as may be":   {heapStart, 1 << 24, 1 << 37, 1, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			im := newImage(1 << 19)
			heap, list, spans := im.base, im.base+l.heapSpans+24, im.base+1<<18
			im.set(heap+l.heapSpans, list, 2, 2)
			im.set(list, spans, spans+l.spanSize)
			for i, s := range [][4]uint64{{heapStart + 1<<24, 1, 48, 4}, {c.start, c.pages, c.elemSize, c.class}} {
				at := spans + uint64(i)*l.spanSize
				im.set(at+l.spanStart, s[0], s[1])
				im.set(at+l.spanElemSize, s[2])
				im.bytes[at-im.base+l.spanClass], im.bytes[at-im.base+l.spanState] = byte(s[3]), spanInUse
			}
			p := im.process(t)
			h, err := p.readHeap(heap)
			if c.tooLarge {
				require.ErrorIs(t, err, errHeapTooLarge)
				return
			}
			require.NoError(t, err)
			assert.Len(t, h.spans, c.kept)
			m := &marking{p: p, heap: h, types: make(map[uint64]*typeMask)}
			for addr := uint64(heapStart - 2*pageSize); addr < heapStart+4*pageSize; addr += 8 {
				m.mark(addr)
			}
		})
	}
}

// Spans without end, each for itself possible.
func TestTooManySpans(t *testing.T) {
	h := &heap{pages: make(map[uint64][]int32)}
	var err error
	for i := uint64(0); i <= maxArenas && err == nil; i++ {
		h.spans = append(h.spans, span{start: i << 30, end: i<<30 + pageSize, elemSize: 8})
		err = h.index(len(h.spans))
	}
	require.ErrorIs(t, err, errHeapTooLarge)
	h = &heap{pages: make(map[uint64][]int32), spanned: (maxArenas*arenaPages - 1) * pageSize,
		spans: []span{{start: 1 << 40, end: 1<<40 + pageSize, elemSize: 8}}}
	require.NoError(t, h.index(1))
	require.ErrorIs(t, h.index(1), errHeapTooLarge, "the same pages, over and over")
}

// A record that names itself, as the next one or as the list of its own loop.
func TestDamagedDefers(t *testing.T) {
	l := go126()
	im := newImage(1 << 12)
	next, loop, head := im.base, im.base+64, im.base+128
	im.set(next+l.deferLink, next)
	im.bytes[loop-im.base+l.deferRange] = 1
	im.set(loop+l.deferHead, head)
	im.set(loop+l.deferLink, loop)
	im.set(head, loop)
	p := im.process(t)
	for _, first := range []uint64{next, loop} {
		found, err := p.Defers(G{FirstDefer: first})
		require.NoError(t, err)
		assert.Empty(t, found)
	}
}

// A chain of places in queues that comes back to itself; the language lets a select have so many that all would be read.
func TestDamagedQueue(t *testing.T) {
	l := go126()
	im := newImage(1 << 16)
	for i, circle := range []uint64{1, 2, 5, 100} {
		g := gstruct{addr: im.base + uint64(i)*l.gSize, raw: make([]byte, l.gSize), layout: l}
		binary.LittleEndian.PutUint32(g.raw[l.gStatus:], statusWaiting)
		first := im.base + 1<<12
		binary.LittleEndian.PutUint64(g.raw[l.gWaiting:], first)
		const before = 3
		for n := range before + circle {
			at, next := first+n*l.sudogSize, first+(n+1)*l.sudogSize
			if n == before+circle-1 {
				next = first + before*l.sudogSize
			}
			im.set(at+l.sudogG, g.addr)
			im.set(at+l.sudogChan, 1)
			im.set(at+l.sudogWaitLink, next)
		}
		r := &reading{p: im.process(t)}
		queues, err := r.readQueues([]gstruct{g}, nil)
		require.NoError(t, err)
		assert.False(t, queues[0].intact)
		assert.LessOrEqual(t, len(queues[0].sudogs), 3*(before+int(circle)))
	}
}

// A stack that ends where addresses do, so that what lies behind a word in it lies at 0.
func TestDamagedStack(t *testing.T) {
	l := go126()
	g := gstruct{raw: make([]byte, l.gSize), layout: l}
	binary.LittleEndian.PutUint32(g.raw[l.gStatus:], statusWaiting)
	for off, w := range map[uint64]uint64{l.gStackLo: 1 << 63, l.gStackHi: 1<<64 - 1, l.gSchedSP: 1<<64 - 64} {
		binary.LittleEndian.PutUint64(g.raw[off:], w)
	}
	_, _, ok := g.position()
	assert.False(t, ok)
}
