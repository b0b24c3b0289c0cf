package holder

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"

	"innards/diagnose/executable"

	"golang.org/x/arch/x86/x86asm"
)

// instruction is one machine instruction at its link-time address.
type instruction struct {
	x86asm.Inst
	pc     uint64
	target uint64 // of a direct call or jump; else 0
}

func (in *instruction) end() uint64 { return in.pc + uint64(in.Len) }

// locked tells whether the instruction is one atomic read-modify-write (prefix LOCK).
func (in *instruction) locked() bool {
	for _, p := range in.Prefix {
		if p == 0 {
			return false
		}
		if p&0xff == x86asm.PrefixLOCK {
			return true
		}
	}
	return false
}

// block is a run of instructions that only its first one is jumped to, and only its last one jumps from.
type block struct {
	first, last int // instructions code.instrs[first..last]
	succ, pred  []int
	order       int // position in reverse postorder; -1 where nothing reaches it
}

// code is the machine code of a function and its control-flow graph.
type code struct {
	fn     executable.Func
	instrs []instruction
	blocks []block
	rpo    []int // blocks that the entry reaches, in reverse postorder
}

// maxCode bounds the functions that are looked into. The largest ones are generated tables and parsers; they cost much
// and hold no locks of their own.
const maxCode = 64 << 10

// readCode disassembles a function. A function that cannot be understood whole is not understood at all: an edge of the
// graph that is missing would turn into a false claim.
func readCode(exe *executable.File, fn executable.Func) (*code, error) {
	if fn.End <= fn.Entry || fn.End-fn.Entry > maxCode {
		return nil, fmt.Errorf("%s: %d bytes of code", fn.Name, fn.End-fn.Entry)
	}
	text := make([]byte, fn.End-fn.Entry)
	if err := exe.ReadAt(fn.Entry, text); err != nil {
		return nil, err
	}
	c := &code{fn: fn}
	for off := 0; off < len(text); {
		if text[off] == 0xcc { // INT3: padding up to the next function
			off++
			continue
		}
		inst, err := x86asm.Decode(text[off:], 64)
		if err != nil {
			return nil, fmt.Errorf("%s+%#x: %w", fn.Name, off, err)
		}
		in := instruction{Inst: inst, pc: fn.Entry + uint64(off)}
		if rel, ok := inst.Args[0].(x86asm.Rel); ok {
			in.target = in.end() + uint64(int64(rel))
		}
		c.instrs = append(c.instrs, in)
		off += inst.Len
	}
	if len(c.instrs) == 0 {
		return nil, errors.New(fn.Name + ": no code")
	}
	if err := c.connect(exe); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *code) holds(pc uint64) bool { return pc >= c.fn.Entry && pc < c.fn.End }

// at gives the index of the instruction that holds pc.
func (c *code) at(pc uint64) (int, bool) {
	i := sort.Search(len(c.instrs), func(i int) bool { return c.instrs[i].end() > pc })
	return i, i < len(c.instrs) && c.instrs[i].pc <= pc
}

// blockOf gives the block of instruction i.
func (c *code) blockOf(i int) int {
	return sort.Search(len(c.blocks), func(b int) bool { return c.blocks[b].last >= i })
}

func isCondJump(op x86asm.Op) bool {
	switch op {
	case x86asm.JA, x86asm.JAE, x86asm.JB, x86asm.JBE, x86asm.JCXZ, x86asm.JE, x86asm.JECXZ, x86asm.JG, x86asm.JGE,
		x86asm.JL, x86asm.JLE, x86asm.JNE, x86asm.JNO, x86asm.JNP, x86asm.JNS, x86asm.JO, x86asm.JP, x86asm.JRCXZ,
		x86asm.JS, x86asm.LOOP, x86asm.LOOPE, x86asm.LOOPNE:
		return true
	}
	return false
}

// connect cuts the code into blocks and finds the edges between them.
func (c *code) connect(exe *executable.File) error {
	leads := make([]bool, len(c.instrs)+1)
	leads[0] = true
	next := make([][]uint64, len(c.instrs)) // where control goes behind an instruction that ends a block
	for i := range c.instrs {
		in := &c.instrs[i]
		switch {
		case isCondJump(in.Op):
			next[i] = []uint64{in.target, in.end()}
		case in.Op == x86asm.JMP && in.target != 0:
			if c.holds(in.target) { // else a call in tail position
				next[i] = []uint64{in.target}
			}
		case in.Op == x86asm.JMP:
			targets, err := c.jumpTable(exe, i)
			if err != nil {
				return err
			}
			next[i] = targets
		case in.Op == x86asm.RET, in.Op == x86asm.UD2, in.Op == x86asm.CALL && neverReturns(exe, in.target):
		default:
			next[i] = []uint64{in.end()}
			continue
		}
		leads[i+1] = true
		for _, t := range next[i] {
			if t == c.fn.End { // what cannot be reached may stand last
				continue
			}
			j, ok := c.at(t)
			if !ok || c.instrs[j].pc != t {
				return fmt.Errorf("%s: jump to %#x, into the middle of an instruction", c.fn.Name, t)
			}
			leads[j] = true
		}
	}
	for i := range c.instrs {
		if leads[i] {
			c.blocks = append(c.blocks, block{first: i, order: -1})
		}
		c.blocks[len(c.blocks)-1].last = i
	}
	for b := range c.blocks {
		for _, t := range next[c.blocks[b].last] {
			j, ok := c.at(t)
			if !ok {
				continue
			}
			if s := c.blockOf(j); !slices.Contains(c.blocks[b].succ, s) {
				c.blocks[b].succ = append(c.blocks[b].succ, s)
				c.blocks[s].pred = append(c.blocks[s].pred, b)
			}
		}
	}
	c.arrange()
	return nil
}

// jumpTable finds the targets of the indirect jump that a switch compiles to:
//
//	LEAQ table(SB), R
//	JMP  (R)(index*8)
//
// The table has no length of its own. It ends at the first word that is no address inside the function; running over
// into another table of the same function only adds edges.
func (c *code) jumpTable(exe *executable.File, i int) ([]uint64, error) {
	mem, ok := c.instrs[i].Args[0].(x86asm.Mem)
	if ok && mem.Index != 0 && mem.Scale == 8 {
		for j := i - 1; j >= 0 && j >= i-16; j-- {
			in := &c.instrs[j]
			reg, isReg := in.Args[0].(x86asm.Reg)
			if !isReg || reg != mem.Base || !writesFirst(in.Op) {
				continue
			}
			src, isMem := in.Args[1].(x86asm.Mem)
			if in.Op != x86asm.LEA || !isMem || src.Base != x86asm.RIP {
				break
			}
			var targets []uint64
			table := in.end() + uint64(src.Disp) + uint64(mem.Disp)
			for range 4096 {
				var word [8]byte
				if exe.ReadAt(table, word[:]) != nil {
					break
				}
				t := binary.LittleEndian.Uint64(word[:])
				if t < c.fn.Entry || t >= c.fn.End {
					break
				}
				if !slices.Contains(targets, t) {
					targets = append(targets, t)
				}
				table += 8
			}
			if len(targets) > 0 {
				return targets, nil
			}
			break
		}
	}
	return nil, fmt.Errorf("%s: an indirect jump at %#x whose targets are not known", c.fn.Name, c.instrs[i].pc)
}

// arrange numbers the blocks that the entry reaches in reverse postorder.
func (c *code) arrange() {
	seen := make([]bool, len(c.blocks))
	type visit struct{ block, next int }
	stack := []visit{{0, 0}}
	seen[0] = true
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		if v.next < len(c.blocks[v.block].succ) {
			s := c.blocks[v.block].succ[v.next]
			v.next++
			if !seen[s] {
				seen[s] = true
				stack = append(stack, visit{s, 0})
			}
			continue
		}
		c.rpo = append(c.rpo, v.block)
		stack = stack[:len(stack)-1]
	}
	slices.Reverse(c.rpo)
	for i, b := range c.rpo {
		c.blocks[b].order = i
	}
	for b := range c.blocks { // edges out of dead code say nothing
		c.blocks[b].pred = slices.DeleteFunc(c.blocks[b].pred, func(p int) bool { return c.blocks[p].order < 0 })
	}
}

// loop gives the blocks of the loop that the edge from tail back to head closes.
func (c *code) loop(tail, head int) map[int]bool {
	body := map[int]bool{head: true, tail: true}
	work := []int{tail}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == head {
			continue
		}
		for _, p := range c.blocks[b].pred {
			if !body[p] {
				body[p] = true
				work = append(work, p)
			}
		}
	}
	return body
}
