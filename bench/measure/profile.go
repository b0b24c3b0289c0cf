package measure

import (
	"bytes"
	"fmt"
	"runtime/pprof"
	"time"

	"github.com/felixge/fgprof"
	"github.com/google/pprof/profile"
)

// Profiles are a CPU profile and a wall-clock profile of one stretch of the program, both being taken.
type Profiles struct {
	cpu, wall bytes.Buffer
	started   time.Time
	stopWall  func() error
}

// leastProfile is how long fgprof needs to run: stopped before its first sample, at 99 a second, it divides by zero.
const leastProfile = 150 * time.Millisecond

// StartProfiles begins both profiles. There can be one at a time in a process.
func StartProfiles() (*Profiles, error) {
	p := &Profiles{started: time.Now()}
	if err := pprof.StartCPUProfile(&p.cpu); err != nil {
		return nil, fmt.Errorf("measure: start the CPU profile: %w: is another one running in this process?", err)
	}
	p.stopWall = fgprof.Start(&p.wall, fgprof.FormatPprof)
	return p, nil
}

// Stop ends both and returns them in pprof's format; with an error, the ones that there are.
func (p *Profiles) Stop() (cpu, wall []byte, err error) {
	time.Sleep(leastProfile - time.Since(p.started))
	pprof.StopCPUProfile()
	if err := p.endWall(); err != nil {
		return p.cpu.Bytes(), nil, err
	}
	wall, err = named(p.wall.Bytes())
	return p.cpu.Bytes(), wall, err
}

// endWall ends fgprof. leastProfile is ample, but a machine can be too busy for any time: then fgprof has no sample and
// panics here, on the caller's goroutine.
func (p *Profiles) endWall() (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("measure: stop the wall-clock profile: no sample was taken: %v", cause)
		}
	}()
	if err := p.stopWall(); err != nil {
		return fmt.Errorf("measure: stop the wall-clock profile: %w", err)
	}
	return nil
}

// named gives fgprof's profile the name of the program, which pprof's page shows as its title and takes from the mapping.
func named(raw []byte) ([]byte, error) {
	prof, err := profile.ParseData(raw)
	if err != nil {
		return nil, fmt.Errorf("measure: parse the wall-clock profile: %w", err)
	}
	for _, mapping := range prof.Mapping {
		if mapping.File == "" {
			mapping.File = "innards"
		}
	}
	var out bytes.Buffer
	if err := prof.Write(&out); err != nil {
		return nil, fmt.Errorf("measure: write the wall-clock profile: %w", err)
	}
	return out.Bytes(), nil
}
