package holder

import (
	"slices"

	"innards/diagnose/inspect"

	"golang.org/x/arch/x86/x86asm"
)

// Spin is a loop that nothing in it can end.
type Spin struct {
	Site
	// Endless: the code has no way out of it. Else it only reads memory and compares, so another goroutine may end it.
	Endless bool
}

// SpinAt looks at the loop that the code at a program counter is in; not ok where there is none, or where it does
// something that may end it: a call, a store, a register that is not the same again each time round.
func SpinAt(p *inspect.Process, pc uint64) (spin Spin, ok bool) {
	exe := p.Executable()
	pc -= p.Bias()
	fn, ok := exe.FuncAt(pc)
	if !ok {
		return Spin{}, false
	}
	c, err := readCode(exe, fn)
	if err != nil {
		return Spin{}, false
	}
	i, ok := c.at(pc)
	if !ok {
		return Spin{}, false
	}
	start := c.blockOf(i)
	ahead := c.from(start, func(b int) []int { return c.blocks[b].succ })
	behind := c.from(start, func(b int) []int { return c.blocks[b].pred })
	spin.Endless = true
	var loop []int
	for b := range c.blocks {
		switch {
		case ahead[b] && behind[b]:
			loop = append(loop, b)
		case ahead[b]:
			spin.Endless = false // it can be left
		}
	}
	if len(loop) == 0 || !c.onlyWaits(loop) {
		return Spin{}, false
	}
	for _, fr := range exe.Frames(pc, false) {
		if !isSync(fr.Func) {
			spin.Site = Site{fr.Func, fr.File, fr.Line}
			return spin, true
		}
	}
	return Spin{}, false
}

// from gives the blocks that one leads to, by one or more steps.
func (c *code) from(start int, next func(int) []int) []bool {
	seen := make([]bool, len(c.blocks))
	todo := slices.Clone(next(start))
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[b] {
			seen[b] = true
			todo = append(todo, next(b)...)
		}
	}
	return seen
}

// onlyWaits tells whether a loop does the same each time round: it loads, compares and jumps. What it loads from must not
// depend on what it has loaded, or it walks along a list.
func (c *code) onlyWaits(loop []int) bool {
	written, based := make(map[int]bool), make(map[int]bool)
	for _, b := range loop {
		for i := c.blocks[b].first; i <= c.blocks[b].last; i++ {
			in := &c.instrs[i]
			for _, arg := range in.Args {
				if mem, ok := arg.(x86asm.Mem); ok {
					for _, reg := range []x86asm.Reg{mem.Base, mem.Index} {
						if n, _, ok := generalRegister(reg); reg != 0 && ok {
							based[n] = true
						}
					}
				}
			}
			switch {
			case in.Op == x86asm.MOV, in.Op == x86asm.MOVZX, in.Op == x86asm.MOVSX, in.Op == x86asm.MOVSXD:
				n, _, ok := register(in.Args[0])
				if !ok {
					return false // a store
				}
				written[n] = true
			case in.Op == x86asm.CMP, in.Op == x86asm.TEST, in.Op == x86asm.NOP, in.Op == x86asm.PAUSE, in.Op == x86asm.JMP,
				isCondJump(in.Op), in.Op == x86asm.XCHG && in.Args[0] == in.Args[1]:
			default:
				return false
			}
		}
	}
	for n := range written {
		if based[n] {
			return false
		}
	}
	return true
}
