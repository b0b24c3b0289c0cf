package holder

import (
	"testing"

	"innards/diagnose/goroutine"
	"innards/diagnose/inspect"

	"github.com/stretchr/testify/require"
)

type standinG struct {
	g       *goroutine.Goroutine
	records []deferRecord
}

func standin(t *testing.T, p *inspect.Process) []standinG {
	mem := memory(p.Read)
	exe := p.Executable()
	addr, _, ok := exe.Symbol("runtime.allgs")
	require.True(t, ok)
	w := func(a uint64) uint64 { n, _ := mem.word(a); return n }
	addr += p.Bias()
	arr, n := w(addr), w(addr+8)
	var all []standinG
	for i := range n {
		gp := w(arr + i*8)
		st := w(gp+0x90) & 0xffffffff
		if st != 4 && st != 10 && st != 9 && st != 1 {
			continue
		}
		g := &goroutine.Goroutine{ID: int64(w(gp + 0x98))}
		sp, pc := w(gp+0x38), w(gp+0x40)
		ret := false
		for range 100 {
			pl := exe.Place(pc-p.Bias(), ret)
			if pl == nil || pl.SPDelta < 0 {
				break
			}
			cfa := sp + uint64(pl.SPDelta) + 8
			for _, f := range pl.Frames {
				g.Frames = append(g.Frames, goroutine.Frame{Func: f.Func, File: f.File, Line: f.Line, Inlined: f.Inlined,
					PC: pc, Entry: pl.Func.Entry + p.Bias(), SP: sp, CFA: cfa})
			}
			if pl.Func.TopFrame {
				break
			}
			pc, sp, ret = w(cfa-8), cfa, true
		}
		s := standinG{g: g}
		for d := w(gp + 0x28); d != 0; d = w(d + 32) {
			s.records = append(s.records, deferRecord{w(d + 8), w(d + 24)})
		}
		all = append(all, s)
	}
	return all
}
