package trial

import (
	"context"
	"fmt"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// Figures makes the table of figures of the arrays.
func (a Arrays) Figures(ctx context.Context, run *measure.Run, depth Depth, args []string, say func(string)) ([]measure.Figure, error) {
	at := func(n int) []measure.Result {
		var cells []measure.Result
		for _, cell := range run.Cells {
			if cell.Len == n && cell.Key == workload.Int64 {
				cells = append(cells, cell)
			}
		}
		return cells
	}
	var figures []measure.Figure
	add := func(name string, cells []measure.Result, most float64, ops ...workload.Op) {
		f := must(worst(cells, name, "dynarray", subject.Slice, ops), limits{"dynarray": most})
		if f.Values[0].Missing != "" {
			f.Values[0].Missing = "its cells did not run"
		}
		figures = append(figures, f)
	}
	var floats []measure.Result
	for _, cell := range run.Cells {
		if cell.Key == workload.Float64 {
			floats = append(floats, cell)
		}
	}
	million := at(1_000_000)
	add("append to 1e6", million, 0.5, workload.Append)
	add("append to 5e7", at(50_000_000), 0.6, workload.Append)
	add("append to 1e3", at(1000), 1.4, workload.Append)
	add("At and Set", million, 1.1, workload.At, workload.SetAt)
	add("a loop over Slice()", million, 1.0, workload.View)
	add("Insert and Delete in the middle of 1e6", million, 0.5, workload.InsertMiddle, workload.DeleteMiddle)
	add("Sum, Min, Count, Index at 1e6", million, 0.3, workload.Sum, workload.Min, workload.Count, workload.Index)
	add("Sort 1e6 random int64", million, 0.2, workload.Sort)
	add("Sort 1e6 random float64", floats, 0.2, workload.Sort)
	add("Sort 1e6 sorted int64", million, 1.1, workload.SortSorted)
	add(fmt.Sprintf("any of %d operations at any length", len(workload.ArrayOps())), run.Cells, 1.3, workload.ArrayOps()...)
	if len(million) > 0 {
		python, err := a.besidePython(ctx, say)
		if err != nil {
			return nil, err
		}
		figures = append(figures, python...)
	}
	started, err := a.coldStart(ctx, args, depth, say)
	if err != nil {
		return nil, err
	}
	figures = append(figures, started...)
	strings := collectedStrings
	if depth == Shallow {
		strings = fewStrings
	}
	say("collections beside lists of strings")
	var collected measure.Figure
	if err := fromChild(ctx, args, arrayTask{collectThem, strings}, &collected); err != nil {
		return nil, fmt.Errorf("bench: collections, in a process of their own: %w", err)
	}
	if depth != Shallow {
		collected = must(collected, limits{"dynarray": 0.02})
	}
	return append(figures, collected), nil
}
