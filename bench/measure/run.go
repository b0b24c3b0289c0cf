package measure

import (
	"context"
	"fmt"
	"slices"

	"innards/bench/subject"
	"innards/bench/workload"
)

// A Run is everything that was measured.
type Run struct {
	Cells    []Result `json:"cells"`
	Geomean  []Mean   `json:"geomean"`
	AA       AA       `json:"aa"`
	Memory   []Memory `json:"memory"`
	Planned  int      `json:"planned"` // cells; fewer are there if the run was interrupted
	Warnings []string `json:"warnings"`
}

// Maps measures the hash maps in the cells. progress, if not nil, hears of each cell before it starts. When ctx ends, Maps
// returns the run so far together with an error that wraps ctx's.
func Maps(ctx context.Context, protocol Protocol, cells []workload.Cell, progress func(done int, cell workload.Cell)) (Run, error) {
	run := Run{Cells: []Result{}, Geomean: []Mean{}, Memory: []Memory{}, Planned: len(cells), Warnings: []string{}}
	err := run.measure(ctx, protocol, cells, progress)
	run.AA, run.Geomean = calibrate(run.Cells), means(run.Cells)
	if float64(run.AA.ExcludingOne) > max(2, 3*run.AA.Expected) {
		run.Warnings = append(run.Warnings, fmt.Sprintf(
			"this machine is too busy or too uneven to measure on: %d of %d A/A intervals exclude 1", run.AA.ExcludingOne, run.AA.Cells))
	}
	if err != nil && ctx.Err() != nil {
		run.Warnings = append(run.Warnings, fmt.Sprintf("interrupted after %d of %d cells", len(run.Cells), run.Planned))
	}
	return run, err
}

func (run *Run) measure(ctx context.Context, protocol Protocol, cells []workload.Cell, progress func(int, workload.Cell)) error {
	for done, cell := range cells {
		if progress != nil {
			progress(done, cell)
		}
		var err error
		switch cell.Key {
		case workload.Uint64:
			err = measureCell(ctx, protocol, cell, workload.Integers(protocol.Seed), run)
		case workload.String:
			err = measureCell(ctx, protocol, cell, workload.Strings(protocol.Seed), run)
		case workload.Pair16:
			err = measureCell(ctx, protocol, cell, workload.Pairs(protocol.Seed), run)
		default:
			err = fmt.Errorf("no kind of key %q", cell.Key)
		}
		if err != nil {
			return fmt.Errorf("measure: %s: %w", cell, err)
		}
	}
	return nil
}

// measureCell adds a cell to the run, and what maps of its size and kind of key weigh if no cell before had them.
func measureCell[K comparable](ctx context.Context, protocol Protocol, cell workload.Cell, source workload.Source[K], run *Run) error {
	contenders := subject.Maps[K]()
	if !slices.ContainsFunc(run.Memory, func(m Memory) bool { return m.Key == cell.Key && m.Len == cell.Len }) {
		memory, err := weigh(ctx, source, cell.Len, contenders)
		if err != nil {
			return err
		}
		run.Memory = append(run.Memory, memory...)
	}
	r := newRace(cell, source, protocol.Seed, contenders)
	took, err := protocol.run(ctx, r)
	if len(took.rounds) >= MinRounds {
		run.Cells = append(run.Cells, result(cell, r, took))
	}
	return err
}
