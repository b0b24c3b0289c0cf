package measure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"innards/bench/workload"
)

// A Run is everything that was measured.
type Run struct {
	Cells    []Result `json:"cells"`
	Geomean  []Mean   `json:"geomean"`
	AA       AA       `json:"aa"`
	Memory   []Memory `json:"memory"`
	Figures  []Figure `json:"figures"`
	Curves   []Curve  `json:"curves"`
	Planned  int      `json:"planned"` // cells; fewer are there if the run was interrupted
	Warnings []string `json:"warnings"`
}

// A Plan is what to measure.
type Plan struct {
	Cells []workload.Cell
	// Race sets a cell up.
	Race func(workload.Cell) (Race, error)
	// Weigh, if not nil, weighs the contenders at the length and with the kind of key of a cell.
	Weigh func(context.Context, workload.Cell) ([]Memory, error)
}

// Measure runs the plan's cells, those of the greatest lengths first: they take what MinRounds cost them, whatever their budget
// is, and the others share what is left of the whole. In the run they stand as in the plan. progress, if not nil, hears of each
// cell before it starts. When ctx ends, Measure returns the run so far together with an error that wraps ctx's.
func (p Protocol) Measure(ctx context.Context, plan Plan, progress func(done int, cell workload.Cell)) (Run, error) {
	run := Run{
		Cells: []Result{}, Geomean: []Mean{}, Memory: []Memory{}, Figures: []Figure{}, Curves: []Curve{},
		Planned: len(plan.Cells), Warnings: []string{},
	}
	var err error
	start := p.Wall.Read()
	longestFirst := slices.SortedStableFunc(slices.Values(plan.Cells), func(a, b workload.Cell) int { return cmp.Compare(b.Len, a.Len) })
	for done, cell := range longestFirst {
		if progress != nil {
			progress(done, cell)
		}
		// What is left of the whole is shared out evenly among the cells that are left.
		within := p
		if left := p.Total - (p.Wall.Read() - start); p.Total > 0 {
			within.Budget = min(p.Budget, max(0, left)/time.Duration(len(plan.Cells)-done))
		}
		if err = run.measure(ctx, within, plan, cell); err != nil {
			err = fmt.Errorf("measure: %s: %w", cell, err)
			break
		}
	}
	run.order(plan.Cells)
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

// order puts what was measured into the order of the cells.
func (run *Run) order(cells []workload.Cell) {
	slices.SortStableFunc(run.Cells, func(a, b Result) int {
		return cmp.Compare(slices.Index(cells, a.Cell), slices.Index(cells, b.Cell))
	})
	first := func(m Memory) int {
		return slices.IndexFunc(cells, func(c workload.Cell) bool { return c.Key == m.Key && c.Len == m.Len })
	}
	slices.SortStableFunc(run.Memory, func(a, b Memory) int { return cmp.Compare(first(a), first(b)) })
}

// measure adds a cell to the run, and what structures of its size weigh if no cell before had them.
func (run *Run) measure(ctx context.Context, p Protocol, plan Plan, cell workload.Cell) error {
	weighed := slices.ContainsFunc(run.Memory, func(m Memory) bool { return m.Key == cell.Key && m.Len == cell.Len })
	if plan.Weigh != nil && !weighed {
		memory, err := plan.Weigh(ctx, cell)
		if err != nil {
			return err
		}
		run.Memory = append(run.Memory, memory...)
	}
	r, err := plan.Race(cell)
	if err != nil {
		return err
	}
	if r.End != nil {
		defer r.End()
	}
	took, err := p.Run(ctx, r)
	if len(took.rounds) >= MinRounds {
		run.Cells = append(run.Cells, result(cell, r, took))
	}
	return err
}
