package measure

import (
	"errors"
	"slices"
)

// Pool makes one run of several that measured the same plan, each in a process of its own. The rounds of all stand side by
// side, so that what is lucky in one process (where its code and its heap lie, how its hashes are seeded) widens the
// intervals instead of moving the result. Cells that not every run has are left out.
func Pool(runs []Run) (Run, error) {
	if len(runs) == 0 {
		return Run{}, errors.New("measure: no run to pool")
	}
	pooled := runs[0]
	pooled.Cells = []Result{}
	for _, first := range runs[0].Cells {
		var times [][]float64
		cell := Result{Cell: first.Cell, Passes: first.Passes, Ops: first.Ops, Orders: [][]int{}, Warnings: []string{}}
		lanes := first.lanes()
		for _, run := range runs {
			i := slices.IndexFunc(run.Cells, func(r Result) bool { return r.Cell == first.Cell })
			if i < 0 {
				times = nil
				break
			}
			cell.Orders = append(cell.Orders, run.Cells[i].Orders...)
			for at, lane := range run.Cells[i].lanes() {
				if at == len(times) {
					times = append(times, nil)
				}
				times[at] = append(times[at], lane.Times...)
			}
		}
		if len(times) != len(lanes) {
			continue
		}
		for at := range lanes {
			lanes[at] = Lane{Impl: lanes[at].Impl, Name: lanes[at].Name, Times: times[at]}
		}
		cell.evaluate(lanes)
		pooled.Cells = append(pooled.Cells, cell)
	}
	for _, run := range runs[1:] {
		for _, warning := range run.Warnings {
			if !slices.Contains(pooled.Warnings, warning) {
				pooled.Warnings = append(pooled.Warnings, warning)
			}
		}
	}
	pooled.AA, pooled.Geomean = calibrate(pooled.Cells), means(pooled.Cells)
	return pooled, nil
}

// lanes returns copies of all lanes, the reference first, its twin second.
func (r Result) lanes() []Lane {
	return append([]Lane{r.Subjects[0], r.AA}, r.Subjects[1:]...)
}
