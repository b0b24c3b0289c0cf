package trial

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// DocumentLen is how many members the documents of the figures have.
const DocumentLen = 10_000

// The operations on documents, and their kinds.
const (
	unmarshal workload.Op = "unmarshal"
	marshal   workload.Op = "marshal"

	flat  workload.Kind = "flat"
	mixed workload.Kind = "mixed"
)

// writeDocument writes an object of n members: integers, or objects as an interface of a service has them.
func writeDocument(kind workload.Kind, n int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, measure.Stream("document")))
	var out bytes.Buffer
	for i, key := range workload.Live(workload.Strings(seed), n) {
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		fmt.Fprintf(&out, "%c%q:", before, key)
		if kind == flat {
			out.WriteString(strconv.Itoa(int(random.Uint32())))
			continue
		}
		fmt.Fprintf(&out, `{"id":%d,"name":"Member %d","email":"member.%d@example.org","score":%.2f,"active":%t,`+
			`"tags":["red","green %d","blue"],"geo":{"lat":%v,"lon":%v}}`,
			i, i, random.Uint32(), 0.25+float64(random.IntN(1000)), i%3 == 0, i%10,
			float64(random.IntN(900_000))/1e4, float64(random.IntN(1_800_000))/1e4)
	}
	out.WriteByte('}')
	return out.Bytes()
}

// documentRace reads or writes a document, once a pass.
func documentRace(cell workload.Cell, text []byte, contenders []subject.DocumentContender) measure.Race {
	r := measure.Race{Name: cell.String(), Ops: cell.Len, Level: runtime.GC}
	twin := subject.DocumentContender{Name: measure.Twin(contenders[0].Name), New: contenders[0].New}
	for _, contender := range slices.Insert(slices.Clone(contenders), 1, twin) {
		document := contender.New()
		failed := document.Unmarshal(text)
		var written []byte
		work := func() { failed = document.Unmarshal(text) }
		if cell.Op == marshal {
			work = func() { written, failed = document.Marshal() }
		}
		r.Runners = append(r.Runners, measure.Runner{
			Name:   contender.Name,
			Settle: func(int) { runtime.GC() },
			Run: func(passes int) {
				for range passes {
					work()
				}
			},
			Check: func(int) error {
				if failed == nil && cell.Op == unmarshal {
					written, failed = document.Marshal()
				}
				if failed != nil {
					return failed
				}
				// Not all keep the order at every depth, and Go's map keeps none.
				return differs("bytes written:", int64(len(written)), int64(len(text)))
			},
		})
	}
	return r
}

// documents makes the figures of JSON.
func documents(ctx context.Context, p measure.Protocol, set subject.DocumentSet, n int) ([]measure.Figure, error) {
	plan := measure.Plan{
		Cells: workload.Cells([]workload.Op{marshal, unmarshal}, []workload.Kind{flat, mixed}, []int{n}),
		Race: func(cell workload.Cell) (measure.Race, error) {
			contenders := set.Flat
			if cell.Key == mixed {
				contenders = set.Mixed
			}
			return documentRace(cell, writeDocument(cell.Key, n, p.Seed), contenders), nil
		},
	}
	run, err := p.Measure(ctx, plan, func(int, workload.Cell) {})
	if err != nil {
		return nil, err
	}
	var figures []measure.Figure
	for _, cell := range run.Cells {
		name := fmt.Sprintf("JSON: %s a %s document", cell.Op, cell.Key)
		f := must(worst([]measure.Result{cell}, name, "orderedmap", wk8, []workload.Op{cell.Op}), limits{"orderedmap": 1 / 2.5})
		f.How = fmt.Sprintf("ratio of times, the median over the rounds; encoding/json, %d members", n)
		if own, other := cell.Lane("orderedmap"), cell.Lane(wk8); other != nil {
			f.Values[0].Note = fmt.Sprintf("%.2f ms; %s %.2f ms, %s %.2f ms", whole(own, n), wk8, whole(other, n),
				subject.Reference, whole(cell.Lane(subject.Reference), n))
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// whole is how many milliseconds all the members take.
func whole(lane *measure.Lane, n int) float64 { return lane.Median * float64(n) / 1e6 }
