package trial

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"innards/bench/measure"
	"innards/bench/workload"
)

// limits are what contenders have to come to at most.
type limits map[string]float64

// must gives the figure's values their limits.
func must(f measure.Figure, most limits) measure.Figure {
	for i, value := range f.Values {
		if limit, ok := most[value.Impl]; ok {
			f.Values[i].Must = &limit
		}
	}
	return f
}

// geomean is the geometric mean of the ratios of the cells that belong to a table of so many.
func geomean(cells []measure.Result, impls []string, belongs func(workload.Cell) bool, of int) measure.Figure {
	f := measure.Figure{Spread: measure.Interval, How: "of the cells' medians; the interval is by resampling the rounds of each cell"}
	used := 0
	for _, impl := range impls[1:] {
		var ratios []*measure.Ratio
		for _, cell := range cells {
			if lane := cell.Lane(impl); belongs(cell.Cell) && lane != nil {
				ratios = append(ratios, lane.Ratio)
			}
		}
		used = max(used, len(ratios))
		if len(ratios) == 0 {
			f.Values = append(f.Values, measure.Value{Impl: impl, Missing: "none of its cells was measured"})
			continue
		}
		value := measure.Value{Impl: impl, Median: mean(ratios, func(r *measure.Ratio) float64 { return r.Median })}
		value.Lo, value.Hi = resampled(ratios)
		f.Values = append(f.Values, value)
	}
	f.Name = fmt.Sprintf("geomean of times, %d cells", used)
	if used != of {
		f.Name = fmt.Sprintf("geomean of times, %d of %d cells", used, of)
	}
	return f
}

// resampled is the interval of the geometric mean of medians, by the bootstrap: what it comes to when each cell draws anew,
// with repetition, from its own rounds. Rounds of different cells have nothing to do with each other, and a cell that
// stopped early has fewer; geometric means of one round of each would be means of another thing than is reported, of the
// few rounds that all cells have.
func resampled(ratios []*measure.Ratio) (lo, hi float64) {
	random := rand.New(rand.NewPCG(1, 2)) // the same rounds have the same interval
	means := make([]float64, resamples)
	for i := range means {
		means[i] = mean(ratios, func(r *measure.Ratio) float64 {
			drawn := make([]float64, len(r.Rounds))
			for j := range drawn {
				drawn[j] = r.Rounds[random.IntN(len(r.Rounds))]
			}
			slices.Sort(drawn)
			return (drawn[(len(drawn)-1)/2] + drawn[len(drawn)/2]) / 2
		})
	}
	slices.Sort(means)
	tail := int(resamples * (1 - measure.Confidence) / 2)
	return means[tail], means[resamples-1-tail]
}

const resamples = 2000 // 50 of them lie beyond each end

// mean is the geometric mean.
func mean(ratios []*measure.Ratio, of func(*measure.Ratio) float64) float64 {
	var sum float64
	for _, ratio := range ratios {
		sum += math.Log(of(ratio))
	}
	return math.Exp(sum / float64(len(ratios)))
}

// slowest is, for each contender, the cell where it fares worst.
func slowest(cells []measure.Result, impls []string, belongs func(workload.Cell) bool) measure.Figure {
	f := measure.Figure{Name: "slowest of those cells", Spread: measure.Interval, How: "ratio of times, the median over the rounds"}
	for _, impl := range impls[1:] {
		value := measure.Value{Impl: impl, Missing: "none of its cells was measured"}
		for _, cell := range cells {
			lane := cell.Lane(impl)
			if !belongs(cell.Cell) || lane == nil || value.Missing == "" && lane.Ratio.Median <= value.Median {
				continue
			}
			value = ratioOf(impl, lane.Ratio)
			value.Cell = cell.String()
		}
		f.Values = append(f.Values, value)
	}
	return f
}

// single is one cell's ratio.
func single(cells []measure.Result, impls []string, wanted workload.Cell, name string) measure.Figure {
	f := measure.Figure{Name: name, Spread: measure.Interval, How: "ratio of times, the median over the rounds"}
	for _, impl := range impls[1:] {
		value := measure.Value{Impl: impl, Missing: fmt.Sprintf("%s was not measured", wanted)}
		for _, cell := range cells {
			if lane := cell.Lane(impl); cell.Cell == wanted && lane != nil {
				value = ratioOf(impl, lane.Ratio)
			}
		}
		f.Values = append(f.Values, value)
	}
	return f
}

func ratioOf(impl string, r *measure.Ratio) measure.Value {
	return measure.Value{Impl: impl, Median: r.Median, Lo: r.Lo, Hi: r.Hi}
}

// worst is the greatest ratio of a contender to a rival in the cells of some operations: what must hold in each of them.
func worst(cells []measure.Result, name, impl, rival string, ops []workload.Op) measure.Figure {
	f := measure.Figure{
		Name: name + " / " + rival, Spread: measure.Interval,
		How: "ratio of times, the median over the rounds; the worst of its cells",
	}
	value := measure.Value{Impl: impl, Missing: absent(rival)}
	for _, cell := range cells {
		own, other := cell.Lane(impl), cell.Lane(rival)
		if own == nil || other == nil || !slices.Contains(ops, cell.Op) {
			continue
		}
		ratio := measure.Compare(own.Times, other.Times)
		if value.Missing == "" && ratio.Median <= value.Median {
			continue
		}
		value = ratioOf(impl, &ratio)
		value.Cell = cell.String()
		if len(ops) == 1 { // which the name says
			value.Cell = fmt.Sprintf("%s %d", cell.Key, cell.Len)
		}
	}
	f.Values = []measure.Value{value}
	return f
}

// perOp is worst for each of some operations, so that one sees which of them are as they must be.
func perOp(cells []measure.Result, impl, rival string, ops ...workload.Op) []measure.Figure {
	var figures []measure.Figure
	for _, op := range ops {
		name := strings.ReplaceAll(string(op), "-", " ")
		figures = append(figures, worst(cells, name, impl, rival, []workload.Op{op}))
	}
	return figures
}

// absent says why a comparison with a rival is missing.
func absent(rival string) string {
	return fmt.Sprintf("no cell with %s: rivals run from bench/peers", rival)
}
