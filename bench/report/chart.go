package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"innards/bench/workload"
)

// The drawing area of a chart, in the units of its viewBox.
const (
	chartWidth, chartHeight                          = 320, 190
	plotLeft, plotRight, plotTop, plotBottom         = 38, 312, 8, 164
	tickEvery                                        = 3 // of a logarithmic axis: 1, 3, 10, 30, ...
	leastSpan                                float64 = 1.2
)

// A chart is one drawing of lines, with a band around each where its spread is known.
type chart struct {
	Title, YTitle, XTitle string
	SVG                   template.HTML

	xs     []float64
	labels []string
	series []stroke
	logX   bool
	logY   bool
	lo, hi float64 // of y
}

// stroke is one contender's line; lo and hi are nil where there is no band. A NaN is a point that is not there.
type stroke struct {
	index      int // of the contender
	ys, lo, hi []float64
}

// timeCharts has one chart for each operation and kind of key with more than one length, over the lengths.
func timeCharts(d Document) []chart {
	type row struct {
		op  workload.Op
		key workload.Kind
	}
	var order []row
	lens := make(map[row][]int)
	for _, cell := range d.Cells {
		r := row{cell.Op, cell.Key}
		if len(lens[r]) == 0 {
			order = append(order, r)
		}
		lens[r] = append(lens[r], cell.Len)
	}
	var charts []chart
	for _, r := range order {
		if len(lens[r]) < 2 {
			continue
		}
		c := chart{Title: words(r.op) + ", " + string(r.key), YTitle: "ns", XTitle: "entries", logX: true, logY: true}
		for _, n := range lens[r] {
			c.xs, c.labels = append(c.xs, float64(n)), append(c.labels, grouped(n))
		}
		for i, impl := range d.Impls {
			l := stroke{index: i}
			some := false
			for _, n := range lens[r] {
				y, lo, hi := math.NaN(), math.NaN(), math.NaN()
				for _, cell := range d.Cells {
					if lane := cell.Lane(impl); cell.Op == r.op && cell.Key == r.key && cell.Len == n && lane != nil {
						y, lo, hi, some = lane.Median, lane.Lo, lane.Hi, true
					}
				}
				l.ys, l.lo, l.hi = append(l.ys, y), append(l.lo, lo), append(l.hi, hi)
			}
			if some {
				c.series = append(c.series, l)
			}
		}
		c.draw()
		charts = append(charts, c)
	}
	return charts
}

// curveCharts has one for each curve of the run.
func curveCharts(d Document) []chart {
	var charts []chart
	for _, curve := range d.Curves {
		c := chart{Title: curve.Name, YTitle: curve.Y, XTitle: curve.X, xs: curve.Xs, labels: curve.Labels, logX: curve.LogX, logY: curve.Log}
		if c.labels == nil {
			for _, x := range curve.Xs {
				c.labels = append(c.labels, grouped(int(x)))
			}
		}
		for _, series := range curve.Series {
			for i, impl := range d.Impls {
				if impl == series.Impl {
					c.series = append(c.series, stroke{index: i, ys: series.Ys, lo: series.Lo, hi: series.Hi})
				}
			}
		}
		if len(c.xs) > 1 && len(c.series) > 0 {
			c.draw()
			charts = append(charts, c)
		}
	}
	return charts
}

// place maps v from [lo, hi] onto [from, to].
func place(v, lo, hi float64, log bool, from, to float64) float64 {
	if log {
		v, lo, hi = math.Log(v), math.Log(lo), math.Log(hi)
	}
	return from + (v-lo)/(hi-lo)*(to-from)
}

func (c *chart) x(v float64) float64 {
	return place(v, c.xs[0], c.xs[len(c.xs)-1], c.logX, plotLeft, plotRight)
}

func (c *chart) y(v float64) float64 {
	return place(min(max(v, c.lo), c.hi), c.lo, c.hi, c.logY, plotBottom, plotTop)
}

// scale finds the range of y: the lines and their bands, at least leastSpan of it, from 0 if it is not logarithmic.
func (c *chart) scale() {
	c.lo, c.hi = math.Inf(1), 0
	for _, s := range c.series {
		for i, y := range s.ys {
			low, high := y, y
			if s.lo != nil {
				low, high = s.lo[i], s.hi[i]
			}
			if low > 0 { // no NaN, and nothing a logarithmic axis lacks
				c.lo, c.hi = min(c.lo, low), max(c.hi, high)
			}
		}
	}
	if c.hi == 0 {
		c.lo, c.hi = 1, 2
	}
	if !c.logY {
		c.lo, c.hi = 0, c.hi*1.05
		return
	}
	if c.hi < c.lo*leastSpan {
		c.lo, c.hi = c.lo/leastSpan, c.hi*leastSpan
	}
}

// ticks are the values that the y axis names.
func (c *chart) ticks() []float64 {
	var all []float64
	if !c.logY {
		step := math.Pow(10, math.Floor(math.Log10(c.hi/2)))
		for c.hi/step > 6 {
			step *= 2
		}
		for v := 0.0; v <= c.hi; v += step {
			all = append(all, v)
		}
		return all
	}
	factors := []float64{1, tickEvery}
	switch span := c.hi / c.lo; {
	case span < 10:
		factors = []float64{1, 1.5, 2, 3, 5, 7}
	case span > 5000:
		factors = factors[:1]
	}
	for decade := math.Pow(10, math.Floor(math.Log10(c.lo))); decade <= c.hi; decade *= 10 {
		for _, f := range factors {
			if v := decade * f; v >= c.lo && v <= c.hi {
				all = append(all, v)
			}
		}
	}
	return all
}

// draw makes the SVG.
func (c *chart) draw() {
	c.scale()
	var out strings.Builder
	fmt.Fprintf(&out, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s">`, chartWidth, chartHeight, template.HTMLEscapeString(c.Title))
	for _, v := range c.ticks() {
		y := c.y(v)
		fmt.Fprintf(&out, `<path class="g" d="M%d %.1fH%d"/><text class="t" x="%d" y="%.1f">%s</text>`,
			plotLeft, y, plotRight, plotLeft-4, y+3, short(v))
	}
	every := (len(c.xs) + 6) / 7
	for i, x := range c.xs {
		if i%every == 0 || i == len(c.xs)-1 && i%every > every/2 {
			anchor := "m"
			switch i {
			case 0:
				anchor = "s"
			case len(c.xs) - 1:
				anchor = "e"
			}
			label := c.labels[i]
			if c.XTitle == "entries" {
				label = short(x)
			}
			fmt.Fprintf(&out, `<text class="%s" x="%.1f" y="%d">%s</text>`, anchor, c.x(x), plotBottom+13, template.HTMLEscapeString(label))
		}
	}
	for _, s := range c.series {
		if s.lo != nil {
			fmt.Fprintf(&out, `<path class="b s%d" d="%s"/>`, s.index, c.band(s))
		}
	}
	for _, s := range c.series {
		fmt.Fprintf(&out, `<path class="l s%d" d="%s"/>`, s.index, c.path(s.ys))
	}
	fmt.Fprintf(&out, `<path class="c" d="M0 %dV%d"/></svg>`, plotTop, plotBottom)
	c.SVG = template.HTML(out.String())
}

// path goes through all points that there are.
func (c *chart) path(ys []float64) string {
	var out strings.Builder
	pen := "M"
	for i, y := range ys {
		if math.IsNaN(y) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&out, "%s%.1f %.1f", pen, c.x(c.xs[i]), c.y(y))
		pen = "L"
	}
	return out.String()
}

// band goes along the upper ends of the intervals and back along the lower ones.
func (c *chart) band(s stroke) string {
	var there []int
	for i, y := range s.ys {
		if !math.IsNaN(y) {
			there = append(there, i)
		}
	}
	var out strings.Builder
	pen := "M"
	for _, i := range there {
		fmt.Fprintf(&out, "%s%.1f %.1f", pen, c.x(c.xs[i]), c.y(s.hi[i]))
		pen = "L"
	}
	for j := len(there) - 1; j >= 0; j-- {
		fmt.Fprintf(&out, "L%.1f %.1f", c.x(c.xs[there[j]]), c.y(s.lo[there[j]]))
	}
	return out.String() + "Z"
}

// short writes a tick: 1e6 as 1M, 20000 as 20k.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return trimmed(v/1e6) + "M"
	case v >= 1e3:
		return trimmed(v/1e3) + "k"
	}
	return trimmed(v)
}

func trimmed(v float64) string { return fmt.Sprintf("%.3g", v) }
