package waitpicture

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// waiter is a goroutine in function f that waits for the mutexes given.
func waiter(id int64, f string, line int, locks ...uint64) *goroutine.Goroutine {
	g := &goroutine.Goroutine{ID: id, State: "sync.Mutex.Lock", Frames: []goroutine.Frame{
		{Func: "sync.(*Mutex).Lock", File: "/go/sync/mutex.go", Line: 46}, {Func: f, File: "/src/<main>.go", Line: line}}}
	for _, lock := range locks {
		g.Waits = append(g.Waits, goroutine.Wait{Kind: goroutine.MutexLock, Object: lock})
	}
	return g
}

func has(id int64, lock uint64) hang.Hold {
	return hang.Hold{Goroutine: id, Lock: lock, File: "/src/main.go", Line: 7}
}

// queue is a deadlock of two, and n more goroutines that wait behind it.
func queue(n int) ([]*goroutine.Goroutine, []hang.Hold) {
	gs := []*goroutine.Goroutine{waiter(1, "main.transfer", 28, 0xb0), waiter(2, "main.audit", 43, 0xa0)}
	for i := range n {
		gs = append(gs, waiter(int64(100+i), "main.serve", 90, 0xa0))
	}
	return gs, []hang.Hold{has(1, 0xa0), has(2, 0xb0)}
}

func counts(p *Picture) string {
	var b strings.Builder
	for _, g := range p.Groups {
		fmt.Fprintf(&b, "%d %s knot=%t waits=%v holds=%v\n", g.Count, g.Func, g.Knot, g.Waits, g.Holds)
	}
	for _, o := range p.Objects {
		fmt.Fprintf(&b, "%d %s knot=%t\n", o.Count, o.Name, o.Knot)
	}
	return b.String()
}

func TestQueueIsOneGroup(t *testing.T) {
	gs, holds := queue(5000)
	p := Fold(gs, holds, nil)
	assert.Equal(t, `1 main.transfer knot=true waits=[0] holds=[{1 main.go:7}]
1 main.audit knot=true waits=[1] holds=[{0 main.go:7}]
5000 main.serve knot=false waits=[1] holds=[]
1 sync.Mutex 0xb0 knot=true
1 sync.Mutex 0xa0 knot=true
`, counts(p))
	assert.Len(t, p.Groups[2].Goroutines, someGoroutines)
	assert.Equal(t, 5002, p.Total)
}

// A thousand deadlocks alike are one, with a count.
func TestAlikeDeadlocksAreOne(t *testing.T) {
	var gs []*goroutine.Goroutine
	var holds []hang.Hold
	for i := range int64(1000) {
		a, b := uint64(0x1000+32*i), uint64(0x1010+32*i)
		id := 2*i + 1
		if i%2 == 1 { // numbers and addresses the other way round in every other one
			a, b = b, a
			gs = append(gs, waiter(id, "main.audit", 43, a), waiter(id+1, "main.transfer", 28, b))
			holds = append(holds, has(id, b), has(id+1, a))
			continue
		}
		gs = append(gs, waiter(id, "main.transfer", 28, b), waiter(id+1, "main.audit", 43, a))
		holds = append(holds, has(id, a), has(id+1, b))
	}
	p := Fold(gs, holds, nil)
	require.Len(t, p.Groups, 2, counts(p))
	require.Len(t, p.Objects, 2, counts(p))
	for i := range 2 {
		assert.Equal(t, 1000, p.Groups[i].Count)
		assert.Equal(t, 1000, p.Objects[i].Count)
		assert.True(t, p.Groups[i].Knot && p.Objects[i].Knot)
	}
}

// Five philosophers have one stack, and yet nobody waits for himself.
func TestSmallKnotIsNotFolded(t *testing.T) {
	var gs []*goroutine.Goroutine
	var holds []hang.Hold
	for i := range int64(5) {
		gs = append(gs, waiter(i+1, "main.dine", 5, uint64(0x100+16*((i+1)%5))))
		holds = append(holds, has(i+1, uint64(0x100+16*i)))
	}
	p := Fold(gs, holds, nil)
	assert.Len(t, p.Groups, 5)
	assert.Len(t, p.Objects, 5)
}

// Goroutines in a row, each waiting for the next, are alike and no knot: folding must not close a ring.
func TestRowIsNoKnot(t *testing.T) {
	var gs []*goroutine.Goroutine
	var holds []hang.Hold
	for i := range int64(3000) {
		gs = append(gs, waiter(i+1, "main.step", 5, uint64(0x10000+16*(i+1))))
		holds = append(holds, has(i+1, uint64(0x10000+16*i)))
	}
	p := Fold(gs, holds, nil)
	assert.Less(t, len(p.Groups), 10)
	for _, g := range p.Groups {
		assert.False(t, g.Knot)
	}
}

func TestSelfDeadlock(t *testing.T) {
	p := Fold([]*goroutine.Goroutine{waiter(4, "main.again", 9, 0xc0)}, []hang.Hold{has(4, 0xc0)}, nil)
	assert.True(t, p.Groups[0].Knot)
	assert.Equal(t, 1, strings.Count(drawn(t, p), `class="arrow red wait"`))
	assert.Equal(t, 1, strings.Count(drawn(t, p), `class="arrow red hold"`))
}

// A dump tells no waits; the verdict's evidence does.
func TestEvidenceOfADump(t *testing.T) {
	p := Fold([]*goroutine.Goroutine{waiter(1, "main.a", 1), waiter(2, "main.b", 2)}, nil, []hang.Verdict{{Goroutines: []int64{1, 2},
		Evidence: []hang.Evidence{{Goroutine: 1, Role: "waits", Object: "sync.Mutex 0xc000012340"},
			{Goroutine: 2, Role: "holds", Object: "sync.Mutex 0xc000012340", File: "b.go", Line: 12}, {Goroutine: 9, Role: "waits", Object: "sync.Mutex 0x1"}}}})
	require.Len(t, p.Objects, 1)
	assert.Equal(t, []Hold{{0, "b.go:12"}}, p.Groups[0].Holds)
	assert.Equal(t, []int{0}, p.Groups[1].Waits)
	assert.True(t, p.Groups[0].Root && p.Groups[1].Root)
}

func drawn(t *testing.T, p *Picture) string {
	t.Helper()
	var b bytes.Buffer
	_, err := p.DrawSVG(&b)
	require.NoError(t, err)
	decoder := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return b.String()
		} else if err != nil {
			require.NoError(t, err, b.String())
		}
	}
}

// The drawing is XML, every group with an arrow is in it, no box lies on another, and all lie inside.
func TestDrawing(t *testing.T) {
	gs, holds := queue(10)
	for i := range int64(30) { // as many kinds
		gs = append(gs, waiter(1000+i, "main.kind<T>", int(i), 0xa0, 0xb0))
	}
	p := Fold(gs, holds, nil)
	text := drawn(t, p)
	assert.Contains(t, text, "10 goroutines")
	assert.NotContains(t, text, "<T>")
	assert.Equal(t, 33, strings.Count(text, "<a href="))
	l := newLayout(p)
	for i, a := range l.boxes {
		assert.True(t, a.placed)
		assert.True(t, a.x-boxWidth/2 >= 0 && a.x+boxWidth/2 <= l.width && a.y-boxHeight/2 >= 0 && a.y+boxHeight/2 <= l.height, "%+v", a)
		for _, b := range l.boxes[:i] {
			assert.True(t, max(a.x-b.x, b.x-a.x) >= boxWidth || max(a.y-b.y, b.y-a.y) >= boxHeight, "%+v lies on %+v", a, b)
		}
	}
	assert.Empty(t, drawn(t, Fold(nil, nil, nil)))
}

func TestCheck(t *testing.T) {
	gs, holds := queue(3)
	text, err := json.Marshal(Fold(gs, holds, nil))
	require.NoError(t, err)
	var p Picture
	require.NoError(t, json.Unmarshal(text, &p))
	require.NoError(t, p.Check())
	p.Groups[0].Waits[0] = 7
	require.ErrorContains(t, p.Check(), "object 7 of 2")
	p.Schema = "innards.waits/9"
	require.ErrorContains(t, p.Check(), "another release")
}

// The picture of a large process has to be there at once; a busy machine is slow, so the best of three counts.
func TestFiveThousandInTime(t *testing.T) {
	gs, holds := queue(5000)
	best := time.Hour
	for range 3 {
		start := time.Now()
		drawn(t, Fold(gs, holds, nil))
		best = min(best, time.Since(start))
	}
	t.Logf("5,002 goroutines folded and drawn in %v", best)
	assert.Less(t, best, 300*time.Millisecond)
}

func BenchmarkFold(b *testing.B) {
	gs, holds := queue(5000)
	for b.Loop() {
		if _, err := Fold(gs, holds, nil).DrawSVG(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
