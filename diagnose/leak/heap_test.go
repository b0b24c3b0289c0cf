package leak

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"innards/cgo/tracefmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The heap against the plainest model of one, over random events.
func TestHeapAgainstAModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	h := NewHeap(1, 0)
	type entry struct{ size, stack uint64 }
	model := map[uint64]entry{}
	taken := map[uint64]float64{}
	var now time.Duration
	for range 200_000 {
		now += time.Duration(rng.IntN(int(2 * time.Millisecond)))
		addr, stack := 16*rng.Uint64N(5000), rng.Uint64N(20)
		if rng.IntN(2) == 0 {
			size := rng.Uint64N(1000)
			h.Add(tracefmt.Event{Time: now, Kind: tracefmt.Alloc, Addr: addr, Size: size, Stack: uint32(stack)})
			model[addr] = entry{size, stack}
			taken[stack] += float64(size)
		} else {
			h.Add(tracefmt.Event{Time: now, Kind: tracefmt.Free, Addr: addr})
			delete(model, addr)
		}
	}
	require.Equal(t, len(model), h.Blocks())
	alive := map[uint64]float64{}
	for _, e := range model {
		alive[e.stack] += float64(e.size)
	}
	survivors := h.survivors(now, false)
	for stack, hist := range h.stacks {
		var balance, all, born float64
		for _, w := range h.rescale(hist, now) {
			balance += w.allocated.bytes - w.freed.bytes
			all += w.allocated.bytes
		}
		if s := survivors[stack]; s != nil {
			for _, a := range s.births {
				born += a.bytes
			}
		}
		assert.InDelta(t, taken[uint64(stack)], all, 1e-3)
		assert.InDelta(t, alive[uint64(stack)], balance, 1e-3)
		assert.InDelta(t, alive[uint64(stack)], born, 1e-3)
	}
}

const twoCallers = `innards trace 1
end 10s
frame 0x1 c make lib.c:7
frame 0x2 dependency dep.New dep.go:5
frame 0x3 main main.take main.go:16
frame 0x4 main main.first main.go:30
frame 0x5 main main.second main.go:40
frame 0x6 std runtime.main proc.go:290
frame 0x7 c worker pool.c:3
stack 1 malloc c 0x1 go 0x2 0x3 0x4 0x6
stack 2 malloc c 0x1 go 0x2 0x3 0x5 0x6
stack 3 malloc c 0x1 go 0x2 0x6
stack 4 calloc c 0x7
every 100ms 0s 10s alloc 100 1
every 100ms 50ms 10s alloc 300 2
every 100ms 50ms 10s alloc 7 3
every 100ms 50ms 10s alloc 5 4
1s alloc 0x123 9 99
`

func TestCallersOfALineShareItsSite(t *testing.T) {
	trace, bad, err := tracefmt.ReadText(strings.NewReader(twoCallers), "two")
	require.NoError(t, err)
	require.Empty(t, bad)
	heap, names := FromTrace(trace)
	sites := heap.Sites(trace.End, names, trace.Lost)
	require.Len(t, sites, 4)
	assert.Equal(t, Place{"main.take", "main.go", 16}, sites[0].Go, "the main module's, though a dependency's lies further in")
	assert.EqualValues(t, 100*(100+300), sites[0].LiveBytes)
	assert.EqualValues(t, 200, sites[0].LiveObjects)
	assert.Equal(t, "main.second", sites[0].Stack[4].Func, "of the heavier way")
	assert.InEpsilon(t, 4000, sites[0].Rate, 0.05)
	assert.Equal(t, Place{"dep.New", "dep.go", 5}, sites[1].Go, "no frame of the main module is there")
	assert.Equal(t, Place{}, sites[2].Go, "a thread that Go knows nothing of")
	assert.Equal(t, "calloc", sites[2].Stack[0].Func)
	assert.Contains(t, sites[3].Stack[0].Func, "unknown")
}

const manyFunctions = `innards trace 1
period 1000
end 10s
frame 0x1 c make_head lib.c:7
frame 0x2 c make_body lib.c:9
frame 0x3 main main.take main.go:16
stack 1 malloc c 0x1 go 0x3
stack 2 malloc c 0x2 go 0x3
every 2500ms 0s 10s alloc 4000 1
every 2500ms 1100ms 10s alloc 8000 2
`

func TestFunctionsWithFewSamplesAreJudgedTogether(t *testing.T) {
	trace, bad, err := tracefmt.ReadText(strings.NewReader(manyFunctions), "many")
	require.NoError(t, err)
	require.Empty(t, bad)
	heap, names := FromTrace(trace)
	sites := heap.Sites(trace.End, names, trace.Lost)
	require.Len(t, sites, 1)
	assert.Equal(t, Growing, sites[0].Class)
	assert.Equal(t, "make_body", sites[0].Stack[1].Func, "it has most")
	assert.InEpsilon(t, 4*(4000+8000), sites[0].LiveBytes, 0.02)
	assert.Len(t, sites[0].ways, 2)
}
