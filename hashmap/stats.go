package hashmap

import (
	"fmt"
	"strings"
)

// Stats describes the inside of a hash map at one moment. Gathering it costs a walk over the whole table.
type Stats struct {
	Entries  int
	Capacity int // entries that fit before the next resize
	Slots    int // places for entries, used or not
	Buckets  int // groups of slots (open addressing) or heads of chains (separate chaining)
	Bytes    int // memory of the table, without what keys and values point to

	// Probes[i] counts the entries that a look-up finds in its i-th extra step: the home group or the head of the
	// chain is step 0.
	Probes []int
	// Overflowed counts the buckets that a probe may have to go past: groups with an overflow mark, chains longer
	// than one.
	Overflowed int
	// Tombstones counts slots that hold no entry and still lengthen probes. Zero for the designs here.
	Tombstones int
	// Stale counts deletions since the overflow marks were last rebuilt that may have left one standing for nothing.
	Stale int
	// Free counts slots given back by deletions and kept for the next insertions, where slots are handed out in order.
	Free int
}

// LoadFactor is entries per slot.
func (s Stats) LoadFactor() float64 { return ratio(s.Entries, s.Slots) }

// BytesPerEntry is the memory of the table over its entries.
func (s Stats) BytesPerEntry() float64 { return ratio(s.Bytes, s.Entries) }

// Displaced counts the entries that are not found in step 0.
func (s Stats) Displaced() int {
	n := 0
	for _, entries := range s.Probes[min(1, len(s.Probes)):] {
		n += entries
	}
	return n
}

// LongestProbe is the number of extra steps to the entry that is hardest to find.
func (s Stats) LongestProbe() int { return max(0, len(s.Probes)-1) }

// MeanProbe is the mean number of extra steps of a successful look-up.
func (s Stats) MeanProbe() float64 {
	steps, entries := 0, 0
	for i, n := range s.Probes {
		steps += i * n
		entries += n
	}
	return ratio(steps, entries)
}

// CountProbe adds an entry found in the given step.
func (s *Stats) CountProbe(step int) {
	for len(s.Probes) <= step {
		s.Probes = append(s.Probes, 0)
	}
	s.Probes[step]++
}

// String is a summary of a few lines, with the probe histogram.
func (s Stats) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d entries in %d slots of %d buckets, load %.2f, %d bytes (%.1f each)\n",
		s.Entries, s.Slots, s.Buckets, s.LoadFactor(), s.Bytes, s.BytesPerEntry())
	fmt.Fprintf(&b, "probes: mean %.2f, longest %d, buckets overflowed %d, stale marks %d, tombstones %d\n",
		s.MeanProbe(), s.LongestProbe(), s.Overflowed, s.Stale, s.Tombstones)
	for step, n := range s.Probes {
		fmt.Fprintf(&b, "  %3d  %d\n", step, n)
	}
	return b.String()
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
