package trial

import (
	"os/exec"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// compiled compiles containers that need no more than a compiler, in a hurry.
func compiled(t *testing.T, containers ...foreign.Container) []foreign.Program {
	t.Helper()
	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no g++ here")
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("CXXFLAGS", "-O1")
	programs, failed := make([]foreign.Program, len(containers)), make([]error, len(containers))
	var all sync.WaitGroup
	for i, c := range containers {
		all.Go(func() { programs[i], failed[i] = foreign.Compile(t.Context(), c, "") })
	}
	all.Wait()
	for _, err := range failed {
		require.NoError(t, err)
	}
	return programs
}

func TestContainersOfCXX(t *testing.T) {
	programs := compiled(t, foreign.Hashes()[2], foreign.Trees()[1], foreign.Arrays()[0])
	t.Run("weights", func(t *testing.T) { weightsAreThoseOfNodes(t, programs[1]) })
	t.Run("right", func(t *testing.T) { answersAreRight(t, programs) })
	t.Run("wrong", func(t *testing.T) { wrongAnswersAreSeen(t, programs[1:]) })
}

// answersAreRight has each operation answer as Go's structures do, with keys of each kind.
func answersAreRight(t *testing.T, programs []foreign.Program) {
	m := Maps{Seed: 1, Set: subject.Maps().Only(nil), Beside: programs[:1]}
	o := Orders{Maps: Maps{Seed: 1, Set: subject.Orders().Only([]string{"sorted"}), Beside: programs[1:2]}}
	a := Arrays{Seed: 1, Set: subject.Lists().Only(nil), Beside: programs[2:]}
	for _, area := range []struct {
		ops   []workload.Op
		kinds []workload.Kind
		lens  []int
		race  func(workload.Cell) (measure.Race, error)
		of    foreign.Program
	}{
		{append(workload.MapOps(), workload.GetZipf), append(workload.Kinds(), workload.Colliding), []int{20}, m.Race, programs[0]},
		{workload.OrderOps(), workload.Kinds()[:2], []int{20}, o.Race, programs[1]},
		{workload.ArrayOps(), []workload.Kind{workload.Int64, workload.Float64}, []int{1, 21}, a.Race, programs[2]},
	} {
		for _, cell := range workload.Cells(area.ops, area.kinds, area.lens) {
			race, err := area.race(cell)
			require.NoError(t, err, "%s: %s", area.of.Name, cell)
			last := race.Runners[len(race.Runners)-1]
			require.Equal(t, area.of.Does(cell.Op), last.Name == area.of.Name, "%s: %s", area.of.Name, cell)
			if last.Name != area.of.Name {
				continue
			}
			for _, passes := range []int{2, 1} {
				if last.Rebuild != nil {
					last.Rebuild()
				}
				_, err := last.Elsewhere(passes)
				require.NoError(t, err, "%s: %s", area.of.Name, cell)
				require.NoError(t, last.Check(passes), "%s: %s", area.of.Name, cell)
			}
			race.End()
		}
	}
}

// weightsAreThoseOfNodes knows what std::map makes of an entry: three pointers and a colour, key and value, in a piece of malloc's.
func weightsAreThoseOfNodes(t *testing.T, tree foreign.Program) {
	o := Orders{Maps: Maps{Seed: 1, Set: subject.Orders().Only([]string{"sorted"}), Beside: []foreign.Program{tree}}}
	for _, n := range []int{100, 10_000} {
		weights, err := o.Weigh(t.Context(), workload.Cell{Key: workload.Uint64, Len: n})
		require.NoError(t, err)
		weight := weights[len(weights)-1]
		assert.Equal(t, measure.Memory{Impl: tree.Name, Key: workload.Uint64, Len: n, BytesPerEntry: weight.BytesPerEntry}, weight)
		assert.InDelta(t, 64, weight.BytesPerEntry, 3)
	}
}

// wrongAnswersAreSeen gives a tree and an array other keys than those that the answers are for.
func wrongAnswersAreSeen(t *testing.T, programs []foreign.Program) {
	wrong := func(r measure.Race, err error) {
		t.Helper()
		require.NoError(t, err)
		defer r.End()
		took, err := r.Runners[0].Elsewhere(3)
		require.NoError(t, err)
		assert.Positive(t, took)
		assert.ErrorContains(t, r.Runners[0].Check(3), "want ")
	}
	cell := workload.Cell{Op: workload.GetHit, Key: workload.Uint64, Len: 3}
	keys := task[uint64]{live: []uint64{1, 2, 4}, asked: []uint64{1, 2, 3}, len: 3, batch: 1, want: each(6, 3)}
	var r measure.Race
	err := abroad(&r, cell, keys, programs[:1])
	wrong(r, err)
	cell.Op = workload.Iterate
	keys.live = []uint64{1, 2, 2}
	r = measure.Race{}
	err = abroad(&r, cell, keys, programs[:1])
	wrong(r, err)
	for _, op := range []workload.Op{workload.Append, workload.Sort, workload.InsertMiddle, workload.Sum} {
		cell := workload.Cell{Op: op, Key: workload.Int64, Len: 4}
		right := []int64{4, 3, 2, 1}
		work := elements(cell, right)
		work.live = []int64{4, 3, 2, 2}
		if op != workload.Sort && op != workload.Sum {
			work.live = []int64{3, 4, 2, 1} // the same elements in another order
		}
		r = measure.Race{}
		err = abroad(&r, cell, work, programs[1:])
		wrong(r, err)
	}
	r = measure.Race{}
	assert.ErrorContains(t, abroad(&r, cell, keys, []foreign.Program{{Container: programs[0].Container}}), "start std-map", "it was not compiled")
}

func TestRemarked(t *testing.T) {
	f := remarked(measure.Figure{How: "medians"}, []foreign.Program{{Container: foreign.Trees()[1], How: "g++ -O3"}})
	assert.Equal(t, "medians; std::map is C++ in another process (g++ -O3)", f.How)
	assert.Equal(t, "medians", remarked(measure.Figure{How: "medians"}, nil).How)
}

func TestPlaced(t *testing.T) {
	values := []int64{5, 7, 9}
	assert.EqualValues(t, 5+2*7+3*9, placed(values))
	assert.EqualValues(t, placed(values), placed(values[:1], values[1:]))
	assert.NotEqual(t, placed(values), placed([]int64{7, 5, 9}))
	// What is inserted into the middle again and again comes to stand side by side.
	for n := 1; n < 6; n++ {
		list := slices.Repeat(values, 2)[:n:n]
		work := elements(workload.Cell{Op: workload.InsertMiddle, Len: n}, list)
		grown := slices.Clone(list)
		for range 2 * middles {
			grown = slices.Insert(grown, len(grown)/2, list[n-1])
		}
		assert.Equal(t, tally{placed(grown), n + 2*middles}, work.want()(2), n)
	}
}
