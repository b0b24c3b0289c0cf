package malloctrace

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// Path is where a program that imports this package serves its profile, if it serves http.DefaultServeMux.
const Path = "/debug/pprof/cheap"

// As net/http/pprof does; with another pattern than its own the two would not go together.
func init() { http.Handle("GET "+Path, Handler()) }

// Handler serves the C heap as `go tool pprof` reads it. With ?debug=1 it is text: largest first, what is alive at each stack.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		held, err := Since(Mark{})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if debug := r.FormValue("debug"); debug != "" && debug != "0" {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_ = writeText(w, held) // whoever asked has gone
			return
		}
		p := toProfile(held, int64(period()), time.Now())
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", `attachment; filename="cheap"`)
		_ = p.Write(w)
	})
}

func period() uint64 {
	process.mu.Lock()
	defer process.mu.Unlock()
	return process.stream.Period()
}

// toProfile has the sample types and labels of a profile of innards leak.
func toProfile(held []Holding, period int64, now time.Time) *profile.Profile {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{
			{Type: "alloc_objects", Unit: "count"}, {Type: "alloc_space", Unit: "bytes"},
			{Type: "inuse_objects", Unit: "count"}, {Type: "inuse_space", Unit: "bytes"},
		},
		DefaultSampleType: "inuse_space",
		PeriodType:        &profile.ValueType{Type: "space", Unit: "bytes"},
		Period:            period,
		TimeNanos:         now.UnixNano(),
	}
	functions := make(map[[2]string]*profile.Function)
	locations := make(map[Frame]*profile.Location)
	for _, h := range held {
		sample := &profile.Sample{
			Value: []int64{round(h.Taken.Objects), round(h.Taken.Bytes), round(h.Alive.Objects), round(h.Alive.Bytes)},
			Label: map[string][]string{"resource": {h.Resource}},
		}
		for _, f := range h.Stack {
			l := locations[f]
			if l == nil {
				fn := functions[[2]string{f.Func, f.File}]
				if fn == nil {
					fn = &profile.Function{ID: uint64(len(p.Function) + 1), Name: f.Func, SystemName: f.Func, Filename: f.File}
					functions[[2]string{f.Func, f.File}] = fn
					p.Function = append(p.Function, fn)
				}
				l = &profile.Location{ID: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: fn, Line: int64(f.Line)}}}
				locations[f] = l
				p.Location = append(p.Location, l)
			}
			sample.Location = append(sample.Location, l)
		}
		p.Sample = append(p.Sample, sample)
	}
	return p
}

func writeText(w io.Writer, held []Holding) error {
	var b strings.Builder
	for _, h := range held {
		if h.Alive == (Amount{}) {
			continue
		}
		fmt.Fprintf(&b, "%s: %d bytes in %d, of %d bytes in %d\n%s", h.Resource,
			round(h.Alive.Bytes), round(h.Alive.Objects), round(h.Taken.Bytes), round(h.Taken.Objects), h.Calls())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Calls writes the stack, a line for each call.
func (h Holding) Calls() string {
	var b strings.Builder
	for _, f := range h.Stack {
		if f.File == "" {
			fmt.Fprintf(&b, "\t%s\n", f.Func)
		} else {
			fmt.Fprintf(&b, "\t%s  %s:%d\n", f.Func, f.File, f.Line)
		}
	}
	return b.String()
}

func round(f float64) int64 { return int64(math.Round(f)) }
