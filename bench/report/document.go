package report

import (
	"encoding/json"
	"io"
	"time"

	"innards/bench/measure"
	"innards/bench/workload"
)

// Schema names the shape of the JSON document.
const Schema = "innards.bench/1"

// A Document is one run of the bench.
type Document struct {
	Schema      string          `json:"schema"`
	Area        string          `json:"area"`
	Machine     measure.Machine `json:"machine"`
	Started     time.Time       `json:"started"`
	DurationS   float64         `json:"duration_s"`
	Flags       Flags           `json:"flags"`
	Method      Method          `json:"method"`
	Reference   string          `json:"reference"`
	Impls       []string        `json:"impls"` // the reference first
	Main        string          `json:"main"`  // of them, the one that the area is about
	Interrupted bool            `json:"interrupted"`
	measure.Run
}

// Flags are what the run was asked for.
type Flags struct {
	Quick   bool            `json:"quick"`
	Profile bool            `json:"profile"`
	Seed    uint64          `json:"seed"`
	Count   int             `json:"count"`
	Forks   int             `json:"forks"` // processes
	Ops     []workload.Op   `json:"ops"`
	Keys    []workload.Kind `json:"keys"`
	Lens    []int           `json:"lens"`
}

// Method is how the run was done.
type Method struct {
	Clock      string  `json:"clock"` // "thread": processor time of the measuring thread; "wall"
	Rounds     int     `json:"rounds"`
	Warmup     int     `json:"warmup_rounds"`
	Narrow     float64 `json:"narrow_enough"` // a cell stops once its ratios are known this well; 0: it does not
	SampleMS   float64 `json:"sample_ms"`
	BudgetMS   float64 `json:"cell_budget_ms"`
	Confidence float64 `json:"confidence"`
	Ratio      string  `json:"ratio"`
}

// MethodOf describes a protocol.
func MethodOf(p measure.Protocol) Method {
	return Method{
		Clock: p.Clock.Name, Rounds: p.Rounds, Warmup: p.Warmup, Narrow: p.Narrow,
		SampleMS: float64(p.Sample) / float64(time.Millisecond), BudgetMS: float64(p.Budget) / float64(time.Millisecond),
		Confidence: measure.Confidence,
		Ratio:      "median of the rounds' ratios to the reference, order-statistic interval",
	}
}

// JSON writes the document.
func JSON(w io.Writer, d Document) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(d)
}
