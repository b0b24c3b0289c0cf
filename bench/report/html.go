package report

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"innards/bench/workload"
)

var (
	//go:embed page.html
	pageText string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
)

// A page is what the template of the HTML report shows.
type page struct {
	Document
	Style      template.CSS
	Script     template.JS
	Data       template.JS
	Demands    []demandRow
	Legend     []legendRow
	Charts     []chart
	Curves     []chart
	Columns    []string // of the heat map
	Heat       []heatRow
	Remarks    []string
	AALines    []string
	Provenance []string
}

type demandRow struct{ Name, Must, Measured, Spread, Met, Class, Reference, Note string }

type legendRow struct {
	Series int
	Impl   string
	Mean   string // geometric mean of its ratios
}

type heatRow struct {
	Op, Key, Len, Reference string
	First                   bool // of its operation
	Cells                   []heatCell
}

type heatCell struct {
	Text, Title string
	Class       string // h0, the most faster, to h8
}

// HTML writes the report as one page that needs nothing else: no network, and without scripts all but the reading of single
// points.
func HTML(w io.Writer, d Document) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return fmt.Errorf("report: parse the page: %w", err)
	}
	p := page{
		Document: d, Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Columns: d.Impls[min(1, len(d.Impls)):], Remarks: remarks(d, false), AALines: aa(d), Provenance: provenance(d),
	}
	for _, m := range demands(d) {
		row := demandRow{
			Name: m.name(d), Must: m.must(), Measured: measured(m.figure, m.value), Spread: spread(m.figure, m.value),
			Met: m.verdict().text, Note: m.value.Cell + m.value.Note + m.value.Missing,
		}
		row.Class = strings.TrimRight(strings.Fields(row.Met)[0], "?")
		if reference, ok := m.figure.Of(d.Reference); ok {
			row.Reference = measured(m.figure, reference)
		}
		p.Demands = append(p.Demands, row)
	}
	for i, impl := range d.Impls {
		p.Legend = append(p.Legend, legendRow{Series: i, Impl: impl, Mean: meanOf(d, impl)})
	}
	p.Charts, p.Curves = timeCharts(d), curveCharts(d)
	p.Heat = heat(d)
	data, err := json.Marshal(chartData(append(slices.Clone(p.Charts), p.Curves...)))
	if err != nil {
		return fmt.Errorf("report: encode the points of the page: %w", err)
	}
	p.Data = template.JS(data)
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("report: write the page: %w", err)
	}
	return nil
}

// heat is the map of ratios: a row for each cell, a column for each contender but the reference.
func heat(d Document) []heatRow {
	var rows []heatRow
	var previous workload.Op
	for _, cell := range d.Cells {
		row := heatRow{
			Op: words(cell.Op), Key: string(cell.Key), Len: grouped(cell.Len), Reference: figure(cell.Subjects[0].Median),
			First: cell.Op != previous,
		}
		previous = cell.Op
		for _, impl := range d.Impls[1:] {
			lane := cell.Lane(impl)
			if lane == nil {
				row.Cells = append(row.Cells, heatCell{Class: "none"})
				continue
			}
			r := lane.Ratio
			row.Cells = append(row.Cells, heatCell{
				Text:  marks[r.Verdict] + factor(r.Median),
				Title: fmt.Sprintf("%s ns [%s, %s]", figure(lane.Median), factor(r.Lo), factor(r.Hi)),
				Class: fmt.Sprintf("h%d", warmth(r.Median)),
			})
		}
		rows = append(rows, row)
	}
	return rows
}

// warmth sorts a ratio into nine classes, the middle one being within 5 % of 1, each next a factor of about 1.4.
func warmth(ratio float64) int {
	for class, above := range []float64{2.1, 1.5, 1.22, 1.05, 0.95, 0.75, 0.5, 0.33} {
		if ratio > above {
			return 8 - class
		}
	}
	return 0
}

// chartData are the points of the charts, for reading them off: three digits are enough for that.
func chartData(charts []chart) any {
	type series struct {
		I int       `json:"i"`
		Y []float64 `json:"y"`
	}
	type one struct {
		X []string  `json:"x"`
		P []float64 `json:"p"` // places of X in the drawing
		U string    `json:"u"`
		S []series  `json:"s"`
	}
	var all []one
	for _, c := range charts {
		data := one{X: c.labels, U: c.YTitle}
		for _, x := range c.xs {
			data.P = append(data.P, math.Round(10*c.x(x))/10)
		}
		for _, s := range c.series {
			data.S = append(data.S, series{s.index, digits(s.ys)})
		}
		all = append(all, data)
	}
	return all
}

func digits(values []float64) []float64 {
	rounded := make([]float64, len(values))
	for i, v := range values {
		if v == 0 || math.IsNaN(v) {
			rounded[i] = -1 // no value; none here is negative
			continue
		}
		scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
		rounded[i] = math.Round(v*scale) / scale
	}
	return rounded
}
