package leak

import (
	"cmp"
	"slices"
	"sort"
)

// Sizes of the two heaps' units: all memory of such a unit belongs to the heap that any of it belongs to.
const (
	goArena = 64 << 20 // of Go's heap
	cArena  = 64 << 20 // of the C library's, for all threads but the first
	redZone = 128      // what a function may use below its stack pointer
	aside   = 64 << 10 // of a stack in a place where none was expected
)

// roots is all memory whose words count as pointers without being pointed to themselves: what belongs to neither heap.
func (k *Look) roots(blocks []span) []span {
	out := append(slices.Clone(k.own), blocks...)
	for _, s := range k.regions.Spans {
		out = append(out, span{Start: s.Start &^ (goArena - 1), End: (s.End + goArena - 1) &^ (goArena - 1)})
	}
	out = append(out, k.unusedStacks()...)
	if k.whole {
		out = append(out, k.heaps(blocks)...)
	}
	out = union(out)
	var roots []span
	for _, r := range k.image.runs {
		at := r.start
		for i := sort.Search(len(out), func(i int) bool { return out[i].End > at }); i < len(out) && out[i].Start < r.end(); i++ {
			if out[i].Start > at {
				roots = append(roots, span{Start: at, End: out[i].Start})
			}
			at = out[i].End
		}
		if at < r.end() {
			roots = append(roots, span{Start: at, End: r.end()})
		}
	}
	return roots
}

// union sorts ranges and joins those that overlap.
func union(ranges []span) []span {
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Compare(a.Start, b.Start) })
	var out []span
	for _, r := range ranges {
		if n := len(out); n > 0 && r.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
		} else if r.Start < r.End {
			out = append(out, r)
		}
	}
	return out
}

// Flags in the word before a block of glibc's.
const (
	chunkMapped  = 2 // has a mapping of its own
	chunkInArena = 4 // belongs to the heap of a thread
)

// heaps is the C heap. Where every block is known, the rest of it is free, and what is left there of pointers is no root:
// only the blocks from before the tracer came are unknown, and they lie at the beginning.
func (k *Look) heaps(blocks []span) []span {
	var out []span
	for _, m := range k.maps {
		if m.name == "[heap]" && k.early > m.start && k.early < m.end {
			out = append(out, span{Start: k.early, End: m.end})
		}
	}
	for _, b := range blocks {
		if flags := k.image.word(b.Start - 8); flags&chunkMapped == 0 && flags&chunkInArena != 0 {
			unit := b.Start &^ (cArena - 1)
			if n := len(out); n == 0 || out[n-1].Start != unit {
				out = append(out, span{Start: unit, End: unit + cArena})
			}
		}
	}
	return out
}

// unusedStacks is what lies beneath the stack pointers of threads: what calls that are over have left there. A stack is
// known by the guard page before it; what has none is looked through whole.
func (k *Look) unusedStacks() []span {
	var out []span
	for i, m := range k.maps {
		guarded := i > 0 && k.maps[i-1].end == m.start && !k.maps[i-1].readable
		if m.name != "[stack]" && (m.name != "" || !guarded) {
			continue
		}
		lowest := m.end
		for tid, t := range k.threads {
			sp := stackPointer(&t.regs)
			if system, ok := k.regions.SystemStacks[tid]; ok && (sp < m.start || sp >= m.end) {
				sp = system
			}
			if sp >= m.start && sp < m.end {
				lowest = min(lowest, sp)
			}
		}
		if lowest < m.end {
			out = append(out, span{Start: m.start, End: max(m.start, lowest-redZone)})
		}
	}
	return out
}
