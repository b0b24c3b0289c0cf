package bench

import (
	"context"
	"slices"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/trial"
	"innards/bench/workload"
)

// Rivals are subjects that another program brings along, to stand beside those of this module.
type Rivals struct {
	Maps subject.MapSet
}

// A court tries the contenders of an area that were chosen.
type court interface {
	Race(workload.Cell) (measure.Race, error)
	Weigh(context.Context, workload.Cell) ([]measure.Memory, error)
	Figures(ctx context.Context, run measure.Run, depth trial.Depth, counting []string, say func(string)) ([]measure.Figure, error)
}

// An area is one kind of structure: what can be compared, and on what.
type area struct {
	name   string
	impls  []string // the reference first
	few    []string // of them, in a quick run
	main   string   // the one that the others, besides the reference, are compared with
	ops    []workload.Op
	rare   []workload.Op // operations that run only where they are asked for
	keys   []workload.Kind
	lens   []int
	short  []int           // lengths of a quick run
	extra  []workload.Cell // cells besides the product of the above
	choose func(seed uint64, impls []string) court
}

// areas are what can be compared.
func areas(rivals Rivals) []area {
	maps := subject.Maps().With(rivals.Maps)
	return []area{
		{
			name: "hashmap", impls: maps.Names(), main: "openaddr",
			few: append([]string{subject.Reference, "openaddr", "chaining"}, rivals.Maps.Names()...),
			ops: workload.MapOps(), rare: []workload.Op{workload.GetMany}, keys: workload.Kinds(),
			lens: trial.MapLens(), short: trial.MapLens()[:2], extra: []workload.Cell{trial.Manifold},
			choose: func(seed uint64, impls []string) court {
				return trial.Maps{Seed: seed, Set: maps.Only(impls)}
			},
		},
	}
}

// areaNames returns the names of the areas.
func areaNames() []string {
	var names []string
	for _, area := range areas(Rivals{}) {
		names = append(names, area.name)
	}
	return names
}

// areaOf returns the area of that name, the first for no name.
func areaOf(rivals Rivals, names []string) area {
	all := areas(rivals)
	if i := slices.IndexFunc(all, func(a area) bool { return len(names) > 0 && a.name == names[0] }); i >= 0 {
		return all[i]
	}
	return all[0]
}
