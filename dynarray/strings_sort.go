package dynarray

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"runtime"
	"slices"
	"sort"
)

// Sorting strings by comparing two at a time reads both from memory each time, nearly always missing the cache. Here
// the next eight bytes of each string come into its sort key, as a number whose order is that of the bytes; the keys are
// sorted as numbers, without a look at the text, and only runs of equal keys go on with the eight bytes after these.
//
// A string that ends within the eight bytes is filled up with zeros. So where keys are equal, strings that end there
// and strings with zero bytes of their own are told apart by length: whatever ends comes first, the shorter before the
// longer, and only the others have bytes left to look at.

// sortKey is the bytes of a string that are being compared, and the string.
type sortKey struct {
	prefix uint64
	span   span
}

const (
	prefixBytes = 8
	// radixFrom is the length of a run from which counting beats comparing: the counters of eight bytes are 2,048, which
	// is what they cost to clear and to sum.
	radixFrom = 512
	// compareUpTo is the length of a run that is not worth new keys.
	compareUpTo = 12
)

// Sort sorts the strings in ascending order, byte by byte, as strings.Compare has it. It takes 32 bytes for each string
// while it runs, and moves none: see Compact.
func (s *Strings) Sort() {
	s.spans.open()
	if s.isSorted() {
		return
	}
	n := len(s.spans.s)
	work := New[sortKey](2 * n)
	defer func() { _ = work.Close() }()
	keys, spare := work.s[:n:n], work.s[n:2*n]
	for i, sp := range s.spans.s {
		keys[i].span = sp
	}
	s.sortKeys(keys, spare)
	for i := range keys {
		s.spans.s[i] = keys[i].span
	}
}

// sortKeys sorts by the strings.
func (s *Strings) sortKeys(keys, spare []sortKey) {
	type run struct{ from, to, depth int }
	for runs := []run{{0, len(keys), 0}}; len(runs) > 0; {
		r := runs[len(runs)-1]
		runs = runs[:len(runs)-1]
		part := keys[r.from:r.to]
		if len(part) <= compareUpTo {
			slices.SortFunc(part, func(a, b sortKey) int {
				return bytes.Compare(s.bytes(a.span)[r.depth:], s.bytes(b.span)[r.depth:])
			})
			continue
		}
		for i := range part {
			part[i].prefix = prefix(s.bytes(part[i].span)[r.depth:])
		}
		if len(part) < radixFrom {
			slices.SortFunc(part, func(a, b sortKey) int { return cmp.Compare(a.prefix, b.prefix) })
		} else {
			radixSort(part, spare[:len(part)])
		}
		for i := 0; i < len(part); {
			j := i + 1
			for j < len(part) && part[j].prefix == part[i].prefix {
				j++
			}
			if j-i > 1 {
				if i += s.ended(part[i:j], r.depth+prefixBytes); j-i > 1 {
					runs = append(runs, run{r.from + i, r.from + j, r.depth + prefixBytes})
				}
			}
			i = j
		}
	}
}

// ended puts the strings that are no longer than depth before the others, by length, and returns how many they are.
func (s *Strings) ended(run []sortKey, depth int) int {
	n, same := 0, true
	for i := range run {
		if size := len(s.bytes(run[i].span)); size <= depth {
			run[n], run[i] = run[i], run[n]
			same = same && size == len(s.bytes(run[0].span))
			n++
		}
	}
	if !same {
		slices.SortFunc(run[:n], func(a, b sortKey) int { return cmp.Compare(len(s.bytes(a.span)), len(s.bytes(b.span))) })
	}
	return n
}

// prefix returns the first eight bytes as a number of the same order.
func prefix(b []byte) uint64 {
	if len(b) >= prefixBytes {
		return binary.BigEndian.Uint64(b)
	}
	var filled [prefixBytes]byte
	copy(filled[:], b)
	return binary.BigEndian.Uint64(filled[:])
}

// radixSort sorts by prefix: by the last byte first, then, keeping that order, by the one before it. A byte that is the
// same in all keys, as in runs of short strings or of digits, costs no pass.
func radixSort(keys, spare []sortKey) {
	var counts [prefixBytes][256]int
	for i := range keys {
		for b, p := 0, keys[i].prefix; b < prefixBytes; b, p = b+1, p>>8 {
			counts[b][byte(p)]++
		}
	}
	from, to := keys, spare
	for b := range counts {
		at, shift := &counts[b], 8*b
		if at[byte(from[0].prefix>>shift)] == len(keys) {
			continue
		}
		sum := 0
		for v, n := range at {
			at[v] = sum
			sum += n
		}
		for _, k := range from {
			v := byte(k.prefix >> shift)
			to[at[v]] = k
			at[v]++
		}
		from, to = to, from
	}
	if &from[0] != &keys[0] {
		copy(keys, from)
	}
}

func (s *Strings) isSorted() bool {
	for i := 1; i < len(s.spans.s); i++ {
		if bytes.Compare(s.bytes(s.spans.s[i-1]), s.bytes(s.spans.s[i])) > 0 {
			return false
		}
	}
	return true
}

// BinarySearch returns where v is, or would be, in a list sorted by Sort, and whether it is there.
func (s *Strings) BinarySearch(v string) (int, bool) {
	n := s.spans.Len()
	i := sort.Search(n, func(i int) bool { return string(s.bytes(s.spans.s[i])) >= v })
	found := i < n && string(s.bytes(s.spans.s[i])) == v
	runtime.KeepAlive(s)
	return i, found
}

// Index returns the index of the first string equal to v, or -1. Lengths are compared first, and stand in the spans: the
// text is read only where they are equal.
func (s *Strings) Index(v string) int {
	s.spans.open()
	length := span(min(len(v), long))
	for i, sp := range s.spans.s {
		if sp&long == length && string(s.bytes(sp)) == v {
			return i
		}
	}
	runtime.KeepAlive(s)
	return -1
}

// Contains reports whether a string is equal to v.
func (s *Strings) Contains(v string) bool { return s.Index(v) >= 0 }
