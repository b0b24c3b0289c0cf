package measure

import (
	"fmt"
	"slices"
)

// A Figure is one row of an area's table of figures: what was measured of each contender, and what it has to be at most.
type Figure struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`   // of all values; "" is a ratio
	Spread string  `json:"spread"` // what Lo and Hi are: "interval" of the median, or "range" of what was seen
	How    string  `json:"how"`    // what exactly was measured
	Values []Value `json:"values"`
}

// The spreads of figures.
const (
	Interval = "interval"
	Range    = "range"
)

// A Value is what one contender came to.
type Value struct {
	Impl   string  `json:"impl"`
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	Cell   string  `json:"cell,omitempty"` // which it is from, where it is the worst of several
	Note   string  `json:"note,omitempty"` // for instance how many runs it is of
	// Missing says why there is no value, where there is none.
	Missing string `json:"missing,omitempty"`
	// Must, where the contender has to reach something, is the most that the value may be.
	Must *float64 `json:"must,omitempty"`
}

// Met says whether the value is what it must be. A value that must be nothing, or is missing, is not met.
func (v Value) Met() bool { return v.Must != nil && v.Missing == "" && v.Median <= *v.Must }

// Sure says whether the whole spread is on the side of the limit that the value is on.
func (v Value) Sure() bool { return v.Must != nil && (v.Lo <= *v.Must) == (v.Hi <= *v.Must) }

// Of returns the value of a contender.
func (f Figure) Of(impl string) (Value, bool) {
	for _, value := range f.Values {
		if value.Impl == impl {
			return value, true
		}
	}
	return Value{}, false
}

// Median summarises at least MinRounds measurements of one thing by their median and its interval.
func Median(impl string, seen []float64) Value {
	e := estimate(seen)
	return Value{Impl: impl, Median: e.Median, Lo: e.Lo, Hi: e.Hi}
}

// Least summarises a few measurements of one thing that interference can only lengthen, by the least of them; the range
// tells how much there was.
func Least(impl string, seen []float64) Value {
	v := Spread(impl, seen)
	v.Median, v.Note = v.Lo, fmt.Sprintf("the least of %d runs", len(seen))
	return v
}

// Spread summarises a few measurements of one thing by their median and their range.
func Spread(impl string, seen []float64) Value {
	return Value{Impl: impl, Median: estimate(seen).Median, Lo: slices.Min(seen), Hi: slices.Max(seen)}
}
