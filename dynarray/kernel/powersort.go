package kernel

import (
	"math/bits"
	"slices"
)

// SortStableFunc sorts by cmp, and elements that are equal keep their order. It is CPython's list.sort: runs that are there
// are used, short ones made longer by binary insertion, and then merged in the order that the powers of their boundaries
// say (Munro and Wild, "Nearly-Optimal Mergesorts", 2018). It takes at most half the slice's memory besides. If cmp panics,
// all elements are still there, in some order.
func SortStableFunc[T any](s []T, cmp func(a, b T) int) {
	if len(s) < 2 {
		return
	}
	m := merger[T]{s: s, cmp: cmp}
	least := minRun(len(s))
	for start := 0; start < len(s); {
		n := m.countRun(start)
		if n < least {
			longer := min(least, len(s)-start)
			m.insert(start, start+n, start+longer)
			n = longer
		}
		m.push(start, n)
		start += n
	}
	m.finish()
}

// mergeRuns merges ascending runs, of which each begins where starts says and ends where the next one begins.
func mergeRuns[T any](s []T, starts []int, cmp func(a, b T) int) {
	m := merger[T]{s: s, cmp: cmp}
	for i, start := range starts {
		end := len(s)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		m.push(start, end-start)
	}
	m.finish()
}

// minRun is n divided by a power of two, so that it is 32 to 64 and the runs are a little fewer than a power of two.
func minRun(n int) int {
	shift := max(bits.Len(uint(n))-6, 0)
	least := n >> shift
	if n&(1<<shift-1) != 0 {
		least++
	}
	return least
}

// A run is sorted. power is that of its boundary with the run before it: how many bits of the two runs' middles, as fractions
// of the whole length, one has to read to tell them apart. It is the boundary's depth in a nearly optimal tree of merges.
type run struct {
	start, n, power int
}

type merger[T any] struct {
	s       []T
	cmp     func(a, b T) int
	pending []run // powers rise from each to the next
	scratch []T
	gallop  int // how often one side has to win in a row; see merge.go
}

func (m *merger[T]) push(start, n int) {
	power := 0
	if len(m.pending) > 0 {
		last := m.pending[len(m.pending)-1]
		power = boundary(last.start, last.n, n, len(m.s))
		for len(m.pending) > 1 && m.pending[len(m.pending)-1].power > power {
			m.mergeLast()
		}
	}
	m.pending = append(m.pending, run{start, n, power})
}

func (m *merger[T]) finish() {
	for len(m.pending) > 1 {
		m.mergeLast()
	}
}

// boundary is the power between a run of n1 elements from start on and one of n2 behind it, of all elements. The middles,
// doubled to be whole, are multiplied out bit by bit, as in a division by hand.
func boundary(start, n1, n2, all int) int {
	a, b, whole := uint(2*start+n1), uint(2*start+2*n1+n2), uint(2*all)
	for power := 1; ; power++ {
		a, b = a<<1, b<<1
		switch {
		case a >= whole: // both bits are 1
			a -= whole
			b -= whole
		case b >= whole:
			return power
		}
	}
}

func (m *merger[T]) mergeLast() {
	last := len(m.pending) - 1
	left, right := m.pending[last-1], m.pending[last]
	m.merge(left.start, right.start, right.start+right.n)
	m.pending = m.pending[:last]
	m.pending[last-1].n += right.n
}

// countRun returns the length of the run that begins at start. One that descends strictly, so that no equal ones change places,
// is turned round.
func (m *merger[T]) countRun(start int) int {
	s := m.s[start:]
	if len(s) < 2 {
		return len(s)
	}
	n := 2
	if m.cmp(s[1], s[0]) < 0 {
		for n < len(s) && m.cmp(s[n], s[n-1]) < 0 {
			n++
		}
		slices.Reverse(s[:n])
		return n
	}
	for n < len(s) && m.cmp(s[n], s[n-1]) >= 0 {
		n++
	}
	return n
}

// insert sorts [start, end), of which [start, sorted) is sorted, by binary insertion: comparisons are what a sort by a function
// spends its time on.
func (m *merger[T]) insert(start, sorted, end int) {
	s := m.s[start:end]
	for i := sorted - start; i < len(s); i++ {
		v := s[i]
		low, high := 0, i
		for low < high {
			middle := int(uint(low+high) / 2)
			if m.cmp(v, s[middle]) < 0 {
				high = middle
			} else {
				low = middle + 1
			}
		}
		copy(s[low+1:i+1], s[low:i])
		s[low] = v
	}
}
