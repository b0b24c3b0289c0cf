package trial

import (
	"context"
	"slices"

	"innards/bench/measure"
	"innards/bench/workload"
)

// A Depth says how much work goes into the figures that do not come from cells.
type Depth struct {
	Fills  int // of a map to a million, each Set timed, with either clock
	Sizes  int // of a sweep over one doubling of the size
	Turns  int // of the sweep with churn, which takes longer
	Counts int // programs under valgrind for each map
	Teeth  int // sizes to each doubling of the saw-tooth
}

// The depths of a full and of a quick run.
var (
	Deep    = Depth{Fills: 9, Sizes: 32, Turns: 4, Counts: 3, Teeth: 8}
	Shallow = Depth{Fills: 3, Sizes: 9, Turns: 1, Counts: 1, Teeth: 4}
)

// MapLens are the sizes of the cells that the table of figures is about.
func MapLens() []int { return []int{100, 10_000, 1_000_000} }

// Manifold is the cell of GetMany.
var Manifold = workload.Cell{Op: workload.GetMany, Key: workload.Uint64, Len: 1_000_000}

// Hostile returns the cells with keys that are hostile to weak hashes.
func Hostile() []workload.Cell {
	return workload.Cells([]workload.Op{workload.GetHit, workload.SetGrow}, workload.HostileKinds(), MapLens()[1:2])
}

// Figures makes the table of figures of the hash maps: some of it from cells that were measured, the rest it measures now.
// counting are the arguments by which this program comes to Child; say hears of each step.
func (m Maps) Figures(ctx context.Context, run *measure.Run, depth Depth, counting []string, say func(string)) ([]measure.Figure, error) {
	names := besides(m.Set.Names(), m.Beside)
	figures := []measure.Figure{
		must(remarked(geomean(run.Cells, names, inTable, tableCells), m.Beside), limits{"openaddr": 0.50, "chaining": 1.0}),
		must(remarked(slowest(run.Cells, names, inTable), m.Beside), limits{"openaddr": 1.05}),
		must(single(run.Cells, m.Set.Names(), Manifold, "GetMany at 1e6, hits"), limits{"openaddr": 0.50}),
	}
	say("bytes per entry")
	weight, weights, err := m.sweep(ctx, depth.Sizes)
	if err != nil {
		return figures, err
	}
	run.Curves = append(run.Curves, weights)
	figures = append(figures, must(weight, limits{"openaddr": 28}))
	say("look-ups along the load")
	teeth, err := m.sawtooth(ctx, depth.Teeth)
	if err != nil {
		return figures, err
	}
	run.Curves = append(run.Curves, teeth...)
	say("each Set while growing to 1e6")
	longest, thousandth, pauses, err := m.pauses(ctx, depth.Fills)
	if err != nil {
		return figures, err
	}
	run.Curves = append(run.Curves, pauses)
	figures = append(figures, must(longest, limits{"openaddr": 500}), must(thousandth, limits{"openaddr": 3}))
	say("Shrink after deleting 99 %")
	shrunk, err := m.shrink(ctx, 1_000_000)
	if err != nil {
		return figures, err
	}
	figures = append(figures, must(shrunk, limits{"openaddr": 2}))
	say("20 N of churn")
	grown, err := m.churnGrowth(ctx, depth.Turns)
	if err != nil {
		return figures, err
	}
	figures = append(figures, must(grown, limits{"openaddr": 0.5}))
	say("instructions")
	counted := m.instructions(ctx, counting, depth.Counts)
	return append(figures, must(counted, limits{"openaddr": 60})), ctx.Err()
}

// tableCells is the number of cells that the table of figures is about.
var tableCells = len(workload.MapOps()) * len(workload.Kinds()) * len(MapLens())

// inTable says whether the cell is one of them.
func inTable(c workload.Cell) bool {
	return slices.Contains(workload.MapOps(), c.Op) && !c.Key.Hostile() && slices.Contains(MapLens(), c.Len)
}
