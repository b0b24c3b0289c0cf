package goroutine

import (
	"io"
	"runtime"
	"slices"
	"sync"
)

// lane is a parser with a processor of its own. The blocks of a large dump go to the lanes by turns; one that depends on
// the block before it goes to the same lane.
type lane struct {
	*parser
	in    chan piece
	parts []part
}

type piece struct {
	data []byte
	part int // its place among all fresh blocks
}

// part says from which of a lane's goroutines on they come from one fresh block, and those that depend on it.
type part struct{ number, from int }

const maxLanes = 2

// parse reads all blocks and puts their goroutines in order.
func parse(r io.Reader) (*Dump, error) {
	in := blocks{r: r}
	data, _, err := in.next(make([]byte, 0, firstSize))
	if err != nil { // a single block, as nearly all dumps are
		p := newParser()
		p.block(data)
		p.close()
		return gather([]*lane{{parser: p, parts: []part{{}}}}, 1), err
	}
	const ahead = 2
	used := make(chan []byte, maxLanes*(ahead+1)) // buffers to be filled again
	var lanes []*lane
	var working sync.WaitGroup
	for range min(maxLanes, runtime.GOMAXPROCS(0)) {
		l := &lane{parser: newParser(), in: make(chan piece, ahead)}
		lanes = append(lanes, l)
		working.Go(func() {
			for block := range l.in {
				if n := len(l.parts); n == 0 || l.parts[n-1].number != block.part {
					l.parts = append(l.parts, part{block.part, len(l.dump.Goroutines)})
				}
				l.block(block.data)
				select {
				case used <- block.data:
				default:
				}
			}
			l.close()
		})
	}
	for n := 0; ; {
		lanes[n%len(lanes)].in <- piece{data, n}
		if err != nil {
			for _, l := range lanes {
				close(l.in)
			}
			working.Wait()
			return gather(lanes, n+1), err
		}
		var buf []byte
		select {
		case buf = <-used:
		default:
			buf = make([]byte, 0, blockSize)
		}
		var fresh bool
		if data, fresh, err = in.next(buf); fresh {
			n++
		}
	}
}

// gather brings the goroutines of all lanes into the order of the dump, each once: GOTRACEBACK=crash prints a goroutine
// again where its own thread gets the signal, and then with its stack.
func gather(lanes []*lane, parts int) *Dump {
	all := lanes[0].parser
	segments := make([][]*Goroutine, parts)
	for i, l := range lanes {
		found := l.dump.Goroutines
		for k, p := range l.parts {
			to := len(found)
			if k+1 < len(l.parts) {
				to = l.parts[k+1].from
			}
			segments[p.number] = found[p.from:to]
		}
		if i > 0 {
			all.odd += l.odd
			all.dump.AllAsleep = all.dump.AllAsleep || l.dump.AllAsleep
			all.dump.Warnings = append(all.dump.Warnings, l.dump.Warnings...)
		}
	}
	if all.dump.Goroutines = slices.Concat(segments...); !distinct(all.dump.Goroutines) {
		all.dump.Goroutines = all.once(all.dump.Goroutines)
	}
	all.finish()
	return all.dump
}

// distinct tells, where that is cheap, that no goroutine stands twice.
func distinct(gs []*Goroutine) bool {
	last := int64(0)
	for _, g := range gs {
		last = max(last, g.ID)
	}
	if last > 64*int64(len(gs)) {
		return false // the bits would take more than the list
	}
	seen := make([]uint64, last/64+1)
	for _, g := range gs {
		if g.ID < 0 || seen[g.ID/64]>>(g.ID%64)&1 != 0 {
			return false
		}
		seen[g.ID/64] |= 1 << (g.ID % 64)
	}
	return true
}

// once leaves of each goroutine the longest stack, in the first one's place.
func (p *parser) once(gs []*Goroutine) []*Goroutine {
	out := make([]*Goroutine, 0, len(gs))
	seen := make(map[int64]int, len(gs))
	for _, g := range gs {
		if i, ok := seen[g.ID]; ok && g.ID != 0 {
			p.twice++
			if len(g.Frames) > len(out[i].Frames) {
				out[i] = g
			}
			continue
		}
		seen[g.ID] = len(out)
		out = append(out, g)
	}
	return out
}
