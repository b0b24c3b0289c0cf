package leak

import (
	"fmt"
	"time"

	"github.com/google/pprof/profile"

	"innards/cgo/tracefmt"
)

// Profile makes a profile of the sites for pprof: what each stack holds and what it ever took, labelled by what became of
// it. Mappings are those of the process; a site that holds nothing any more is in it, for what it took.
func Profile(sites []Site, period uint64, modules []tracefmt.Module, exe string, begin time.Time, took time.Duration) (*profile.Profile, error) {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{
			{Type: "alloc_objects", Unit: "count"}, {Type: "alloc_space", Unit: "bytes"},
			{Type: "inuse_objects", Unit: "count"}, {Type: "inuse_space", Unit: "bytes"},
		},
		DefaultSampleType: "inuse_space",
		PeriodType:        &profile.ValueType{Type: "space", Unit: "bytes"},
		Period:            int64(period),
		TimeNanos:         begin.UnixNano(),
		DurationNanos:     took.Nanoseconds(),
	}
	for i, m := range modules {
		if m.Path == "" {
			m.Path = exe
		}
		p.Mapping = append(p.Mapping, &profile.Mapping{
			ID: uint64(i + 1), Start: m.Start, Limit: m.End, File: m.Path,
			HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true,
		})
	}
	functions := make(map[[2]string]*profile.Function)
	locations := make(map[Frame]*profile.Location)
	location := func(f Frame) *profile.Location {
		if l := locations[f]; l != nil {
			return l
		}
		fn := functions[[2]string{f.Func, f.File}]
		if fn == nil {
			fn = &profile.Function{ID: uint64(len(p.Function) + 1), Name: f.Func, SystemName: f.Func, Filename: f.File}
			functions[[2]string{f.Func, f.File}] = fn
			p.Function = append(p.Function, fn)
		}
		l := &profile.Location{ID: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: fn, Line: int64(f.Line)}}}
		locations[f] = l
		p.Location = append(p.Location, l)
		return l
	}
	for _, s := range sites {
		for _, w := range s.ways {
			sample := &profile.Sample{
				Value: []int64{round(w.taken.objects), round(w.taken.bytes), round(w.alive.objects), round(w.alive.bytes)},
				Label: map[string][]string{"class": {string(s.Class)}, "resource": {s.Resource}},
			}
			for _, f := range w.frames {
				sample.Location = append(sample.Location, location(f))
			}
			p.Sample = append(p.Sample, sample)
		}
	}
	if err := p.CheckValid(); err != nil {
		return nil, fmt.Errorf("leak: make a profile: %w", err)
	}
	return p, nil
}
