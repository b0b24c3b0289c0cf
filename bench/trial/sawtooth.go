package trial

import (
	"context"
	"fmt"
	"strings"
	"time"

	"innards/bench/measure"
	"innards/bench/workload"
)

// sawtooth measures look-ups at sizes through two doublings, so many to each: a curve for hits and one for misses. It is
// about the shape, so fewer and shorter samples than a cell's will do.
func (m Maps) sawtooth(ctx context.Context, each int) ([]measure.Curve, error) {
	p := measure.Protocol{
		Seed: m.Seed, Rounds: 9, Sample: time.Millisecond, Budget: time.Second, Total: time.Duration(each) * time.Second,
		Clock: measure.BestClock(), Wall: measure.Wall(),
	}
	sizes := workload.Sawtooth(each)
	cells := workload.Cells([]workload.Op{workload.GetHit, workload.GetMiss}, []workload.Kind{workload.Uint64}, sizes)
	run, err := p.Measure(ctx, measure.Plan{Cells: cells, Race: m.Race}, nil)
	if err != nil {
		return nil, fmt.Errorf("bench: look-ups along the load: %w", err)
	}
	var curves []measure.Curve
	for ; len(run.Cells) > 0; run.Cells = run.Cells[len(sizes):] {
		op := run.Cells[0].Op
		curve := measure.Curve{Name: strings.ReplaceAll(string(op), "-", " ") + " along the load, uint64", X: "entries", Y: "ns", LogX: true}
		for _, n := range sizes {
			curve.Xs = append(curve.Xs, float64(n))
		}
		for lane := range run.Cells[0].Subjects {
			series := measure.Series{Impl: run.Cells[0].Subjects[lane].Impl}
			for _, cell := range run.Cells[:len(sizes)] {
				took := cell.Subjects[lane].Estimate
				series.Ys = append(series.Ys, took.Median)
				series.Lo, series.Hi = append(series.Lo, took.Lo), append(series.Hi, took.Hi)
			}
			curve.Series = append(curve.Series, series)
		}
		curves = append(curves, curve)
	}
	return curves, nil
}
