package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"math"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/bench/measure"
	"innards/bench/workload"
)

// crowded is a document as large as they come: fourteen contenders in all cells of the table of figures.
func crowded() Document {
	d := example()
	names := strings.Fields("builtin openaddr chaining robinhood linear quadratic doublehash perturb a b c d e f")
	d.Impls, d.Cells, d.Memory = names, nil, nil
	for _, cell := range workload.Cells(workload.MapOps(), workload.Kinds(), []int{100, 10_000, 1_000_000}) {
		r := measure.Result{Cell: cell, AA: lane(cell, "builtin-twin", 100, against(0.98, 1, 1.02, measure.Same))}
		for i, name := range names {
			ns := 20 + 11.7*float64(i) + math.Sqrt(float64(cell.Len))
			ratio := against(0.9*ns/50, ns/50, 1.1*ns/50, measure.Faster)
			if i == 0 {
				ratio = nil
			}
			r.Subjects = append(r.Subjects, lane(cell, name, ns, ratio))
		}
		d.Cells = append(d.Cells, r)
	}
	curve := measure.Curve{Name: "memory over size", X: "entries", Y: "bytes per entry"}
	for i := range 32 {
		curve.Xs = append(curve.Xs, 100_000+3225.8*float64(i))
	}
	for i, name := range names {
		ys := make([]float64, len(curve.Xs))
		for x := range ys {
			ys[x] = 20.123 + float64(i+x)
		}
		curve.Series = append(curve.Series, measure.Series{Impl: name, Ys: ys})
	}
	d.Curves = []measure.Curve{curve}
	for _, op := range []string{"get hit", "get miss"} {
		tooth := measure.Curve{Name: op + " along the load", X: "entries", Y: "ns", LogX: true}
		for _, n := range workload.Sawtooth(8) {
			tooth.Xs = append(tooth.Xs, float64(n))
		}
		for i, name := range names {
			s := measure.Series{Impl: name}
			for x := range tooth.Xs {
				y := 20.123 + float64(i+x%8)
				s.Ys, s.Lo, s.Hi = append(s.Ys, y), append(s.Lo, 0.9*y), append(s.Hi, 1.1*y)
			}
			tooth.Series = append(tooth.Series, s)
		}
		d.Curves = append(d.Curves, tooth)
	}
	return d
}

func TestPageIsSmallAndNeedsNothing(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, HTML(&out, crowded()))
	assert.Less(t, out.Len(), 150_000)
	page := out.String()
	assert.NotRegexp(t, regexp.MustCompile(`(?i)(src|href)="(https?:)?//|url\(|@import|fetch\(`), page)
	for _, want := range []string{
		"prefers-color-scheme:dark", "geomean of times, 54 cells", "longest Set", "set presized, string", "memory over size", "get hit along the load",
		`aria-pressed="true"`, "valgrind is not installed", "the machine was busy",
	} {
		assert.Contains(t, page, want)
	}
	assert.Equal(t, 18+3, strings.Count(page, "<svg "))
	assert.NotContains(t, page, "NaN")
	assert.NotContains(t, page, "ZgotmplZ", "the template refused a value")
}

// However many contenders there are, the text keeps its width.
func TestCrowdedTextKeepsItsWidth(t *testing.T) {
	d := crowded()
	for i := range d.Figures {
		for _, impl := range d.Impls[2:] {
			d.Figures[i].Values = append(d.Figures[i].Values, measure.Value{Impl: impl, Median: 123456, Lo: 1, Hi: 2})
		}
	}
	var out bytes.Buffer
	require.NoError(t, Text(&out, nil, d))
	for text := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, lipgloss.Width(strings.TrimSuffix(text, "\n")), Width, text)
	}
}

// Every drawing is well-formed, and its script finds as many charts as there are drawings.
func TestDrawings(t *testing.T) {
	d := crowded()
	d.Cells[0].Subjects = d.Cells[0].Subjects[:3] // contenders that lack a point
	charts := append(timeCharts(d), curveCharts(d)...)
	for _, c := range charts {
		require.NoError(t, xml.Unmarshal([]byte(c.SVG), new(struct{})), c.Title)
	}
	data, err := json.Marshal(chartData(charts))
	require.NoError(t, err)
	var points []struct {
		X []string
		P []float64
		S []struct{ Y []float64 }
	}
	require.NoError(t, json.Unmarshal(data, &points))
	require.Len(t, points, len(charts))
	assert.Equal(t, []string{"100", "10 000", "1 000 000"}, points[0].X)
	assert.Equal(t, []float64{plotLeft, (plotLeft + plotRight) / 2, plotRight}, points[0].P)
	assert.Equal(t, -1.0, points[0].S[5].Y[0], "a point that is not there")
}

func TestAxes(t *testing.T) {
	c := chart{logY: true, xs: []float64{1, 2}, series: []stroke{{ys: []float64{8, 500}}}}
	c.scale()
	assert.Equal(t, []float64{10, 30, 100, 300}, c.ticks())
	assert.InDelta(t, plotBottom, c.y(8), 1e-9)
	assert.InDelta(t, plotTop, c.y(500), 1e-9)
	c = chart{xs: []float64{1, 2}, series: []stroke{{ys: []float64{19, 40}}}}
	c.scale()
	assert.Equal(t, []float64{0, 10, 20, 30, 40}, c.ticks())
	assert.Equal(t, "20k", short(20_000))
	assert.Equal(t, "1M", short(1e6))
	assert.Equal(t, "1.5", short(1.5))
}

func TestWarmth(t *testing.T) {
	for ratio, want := range map[float64]int{0.2: 0, 0.4: 1, 0.6: 2, 0.9: 3, 1: 4, 1.1: 5, 1.3: 6, 2: 7, 9: 8} {
		assert.Equal(t, want, warmth(ratio), "%v", ratio)
	}
}

func TestPageOfNothing(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, HTML(&out, Document{Area: "hashmap", Impls: []string{"builtin"}}))
	assert.Contains(t, out.String(), "nothing measured")
}
