package goroutine

import (
	"io"
	"runtime"
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
		eachLine(data, p.line)
		p.end()
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
				eachLine(block.data, l.line)
				select {
				case used <- block.data:
				default:
				}
			}
			l.end()
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
	n := 0
	for i, l := range lanes {
		found := l.dump.Goroutines
		n += len(found)
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
	all.dump.Goroutines = make([]*Goroutine, 0, n)
	seen := make(map[int64]int, n)
	for _, segment := range segments {
		for _, g := range segment {
			if i, ok := seen[g.ID]; ok && g.ID != 0 {
				all.twice++
				if len(g.Frames) > len(all.dump.Goroutines[i].Frames) {
					all.dump.Goroutines[i] = g
				}
				continue
			}
			seen[g.ID] = len(all.dump.Goroutines)
			all.dump.Goroutines = append(all.dump.Goroutines, g)
		}
	}
	all.finish()
	return all.dump
}
