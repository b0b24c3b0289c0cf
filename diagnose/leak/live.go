package leak

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// liveShown is the number of sites that the live list has.
const liveShown = 8

// WriteLive writes the sites as they are while the program goes on, those that grew most first, a line each with their course,
// and says how many lines it wrote.
func WriteLive(w io.Writer, sites []Site, seconds float64) (lines int, err error) {
	sites = slices.DeleteFunc(slices.Clone(sites), func(s Site) bool { return s.LiveObjects == 0 })
	slices.SortStableFunc(sites, func(a, b Site) int { return cmp.Compare(b.grown(), a.grown()) })
	var b strings.Builder
	fmt.Fprintf(&b, "after %.0fs, of %d sites those that grew most:\n", seconds, len(sites))
	for i := range min(len(sites), liveShown) {
		s := &sites[i]
		class := string(s.Class)
		if s.Class.Found() {
			class = alarm.Render(class) + strings.Repeat(" ", max(0, 8-len(class)))
		}
		amount := size(s.LiveBytes)
		if s.Resource != "malloc" && s.Resource != "mmap" {
			amount = fmt.Sprintf("%d %s", s.LiveObjects, s.Resource)
		}
		fmt.Fprintf(&b, "%s %10s %+10s/s %-8s %s\n", spark(s.Growth), amount, size(int64(s.Rate)), class, s.place())
	}
	_, err = io.WriteString(w, b.String())
	return strings.Count(b.String(), "\n"), err
}

// grown is by how much a site's living memory is more than in the middle of its course; what is counted only is put beside
// memory as if each had a kibibyte.
func (s *Site) grown() int64 {
	n := len(s.Growth)
	if n == 0 {
		return 0
	}
	grown := s.Growth[n-1] - s.Growth[n/2-1]
	if s.Resource != "malloc" && s.Resource != "mmap" {
		grown <<= 10
	}
	return grown
}

// spark draws a course as a line of bars, the highest of which is its largest value.
func spark(course []int64) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	var largest int64
	for _, v := range course {
		largest = max(largest, v)
	}
	line := make([]rune, 0, len(course))
	for _, v := range course {
		if v == 0 {
			line = append(line, ' ')
			continue
		}
		line = append(line, bars[(v*int64(len(bars))-1)/largest])
	}
	return string(line)
}
