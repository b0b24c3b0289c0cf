package bench

import (
	"context"
	"slices"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/trial"
	"innards/bench/workload"
)

// Rivals are subjects that another program brings along, to stand beside those of this module.
type Rivals struct {
	Maps   subject.MapSet
	Orders subject.MapSet
	Lists  subject.ListSet

	Caches    []subject.CacheContender // who has to be beaten first
	Documents subject.DocumentSet
}

// A court tries the contenders of an area that were chosen.
type court interface {
	Race(workload.Cell) (measure.Race, error)
	Weigh(context.Context, workload.Cell) ([]measure.Memory, error)
	Figures(ctx context.Context, run *measure.Run, depth trial.Depth, counting []string, say func(string)) ([]measure.Figure, error)
}

// An area is one kind of structure: what can be compared, and on what.
type area struct {
	name   string
	impls  []string // the reference first
	many   []string // of them, in a full run
	few    []string // and in a quick one
	main   string   // the one that the others, besides the reference, are compared with
	ops    []workload.Op
	rare   []workload.Op // operations that run only where they are asked for
	keys   []workload.Kind
	usual  []workload.Kind // of them, where none is asked for; none is all
	lens   []int
	short  []int               // lengths of a quick run
	extra  []workload.Cell     // cells besides the product of the above
	brief  bool                // so few that a quick run has them too
	deep   []workload.Cell     // cells of a full run besides
	beside []foreign.Container // containers of C++, where they can be compiled
	choose func(seed uint64, impls []string, beside []foreign.Program) court
}

// areas are what can be compared.
func areas(rivals Rivals) []area {
	maps := subject.Maps().With(rivals.Maps)
	lists := subject.Lists().With(rivals.Lists)
	orders := subject.Orders().With(rivals.Orders)
	return []area{
		{
			name: "hashmap", impls: append(maps.Names(), namesOf(foreign.Hashes())...), beside: foreign.Hashes(), main: "openaddr",
			many: append(maps.Names(), foreign.Hashes()[0].Name), few: append([]string{subject.Reference, "openaddr", "chaining"}, rivals.Maps.Names()...),
			ops: workload.MapOps(), rare: []workload.Op{workload.GetMany, workload.GetZipf},
			keys: slices.Concat(workload.Kinds(), workload.HostileKinds()), usual: workload.Kinds(), deep: trial.Hostile(),
			lens: trial.MapLens(), short: trial.MapLens()[:2], extra: []workload.Cell{trial.Manifold}, brief: true,
			choose: func(seed uint64, impls []string, beside []foreign.Program) court {
				return trial.Maps{Seed: seed, Set: maps.Only(impls), Beside: beside}
			},
		},
		{
			name: "orderedmap", impls: append(orders.Names(), namesOf(foreign.Trees())...), beside: foreign.Trees(),
			many: append(orders.Names(), foreign.Trees()[0].Name), few: orders.Names(), main: "orderedmap",
			ops: workload.OrderOps(), keys: workload.Kinds()[:2], lens: trial.OrderLens(), short: trial.OrderLens()[:1],
			choose: func(seed uint64, impls []string, beside []foreign.Program) court {
				return trial.Orders{
					Maps:   trial.Maps{Seed: seed, Set: orders.Only(impls), Beside: beside},
					Caches: append(slices.Clone(rivals.Caches), subject.Caches()...), Documents: subject.Documents().With(rivals.Documents),
				}
			},
		},
		{
			name: "dynarray", impls: append(lists.Names(), namesOf(foreign.Arrays())...), beside: foreign.Arrays(),
			many: append(lists.Names(), foreign.Arrays()[0].Name), few: lists.Names(), main: "dynarray",
			ops: workload.ArrayOps(), keys: []workload.Kind{workload.Int64, workload.Float64},
			usual: []workload.Kind{workload.Int64}, lens: trial.ArrayLens(), short: trial.ArrayLens(), extra: trial.ArrayExtras(),
			choose: func(seed uint64, impls []string, beside []foreign.Program) court {
				return trial.Arrays{Seed: seed, Set: lists.Only(impls), Beside: beside}
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
