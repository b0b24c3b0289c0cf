package dynarray

import (
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/google/pprof/profile"
)

// WriteProfile writes a profile of the memory that arrays hold, by the Go stack that made them, for go tool pprof. A
// heap profile of Go does not have this memory, and a profile of malloc ends at the border to Go.
func WriteProfile(w io.Writer) error {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "inuse_arrays", Unit: "count"}, {Type: "inuse_space", Unit: "bytes"},
			{Type: "lost_arrays", Unit: "count"}},
		DefaultSampleType: "inuse_space",
		TimeNanos:         time.Now().UnixNano(),
	}
	functions := make(map[string]*profile.Function)
	locations := make(map[uintptr]*profile.Location)
	for _, s := range registry.all() {
		arrays, bytes, lost := s.arrays.Load(), s.bytes.Load(), s.lost.Load()
		if arrays == 0 && lost == 0 {
			continue
		}
		sample := &profile.Sample{Value: []int64{arrays, bytes, lost}}
		for _, pc := range s.callers() {
			loc := locations[pc]
			if loc == nil {
				loc = &profile.Location{ID: uint64(len(p.Location) + 1), Address: uint64(pc)}
				for frames := runtime.CallersFrames([]uintptr{pc}); ; {
					frame, more := frames.Next()
					f := functions[frame.Function]
					if f == nil {
						f = &profile.Function{ID: uint64(len(p.Function) + 1), Name: frame.Function, SystemName: frame.Function, Filename: frame.File}
						functions[frame.Function] = f
						p.Function = append(p.Function, f)
					}
					loc.Line = append(loc.Line, profile.Line{Function: f, Line: int64(frame.Line)})
					if !more {
						break
					}
				}
				locations[pc] = loc
				p.Location = append(p.Location, loc)
			}
			sample.Location = append(sample.Location, loc)
		}
		p.Sample = append(p.Sample, sample)
	}
	if err := p.Write(w); err != nil {
		return fmt.Errorf("dynarray: write the profile: %w", err)
	}
	return nil
}
