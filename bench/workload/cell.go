package workload

import (
	"fmt"
	"strings"
)

// Op names an operation under test.
type Op string

// The operations, in the order of reports.
const (
	GetHit      Op = "get-hit"
	GetMiss     Op = "get-miss"
	SetGrow     Op = "set-grow"     // fill a map that was not told its size
	SetPresized Op = "set-presized" // fill a map that was
	Churn       Op = "churn"        // delete the oldest key and insert a new one: one operation is the pair
	Iterate     Op = "iterate"      // one operation is one entry
	GetMany     Op = "get-many"     // look up a thousand keys in one call, where there is such a call
	GetZipf     Op = "get-zipf"     // hits, few keys being asked for most of the time
)

// The operations of maps that keep an order, besides those of all maps.
const (
	Update     Op = "update" // set keys that are there
	Delete     Op = "delete" // delete every key, in random order
	PopFront   Op = "pop-front"
	MoveToBack Op = "move-to-back"
	Range      Op = "range" // the next hundred entries from a key on, in the order of keys; one operation is the scan
)

// The operations of growing arrays.
const (
	Append       Op = "append"        // from empty, one by one
	At           Op = "at"            // read all by their index
	SetAt        Op = "set-at"        // write all by their index
	View         Op = "view"          // read all through a slice of the array
	InsertMiddle Op = "insert-middle" // one element
	DeleteMiddle Op = "delete-middle"
	Sum          Op = "sum"
	Min          Op = "min"
	Count        Op = "count"
	Index        Op = "index" // of the last element
	Sort         Op = "sort"  // random elements
	SortSorted   Op = "sort-sorted"
)

// OrderOps returns the operations of maps that keep an order, in the order of reports.
func OrderOps() []Op {
	return []Op{GetHit, SetGrow, Update, Churn, Delete, PopFront, MoveToBack, Range, Iterate}
}

// ArrayOps returns the operations of growing arrays, in the order of reports.
func ArrayOps() []Op {
	return []Op{Append, At, SetAt, View, InsertMiddle, DeleteMiddle, Sum, Min, Count, Index, Sort, SortSorted}
}

// MapOps returns the operations that every map has, in the order of reports.
func MapOps() []Op { return []Op{GetHit, GetMiss, SetGrow, SetPresized, Churn, Iterate} }

// Apart says whether cells of the operation stay out of the geometric mean of all cells, because only some contenders have
// the operation.
func (o Op) Apart() bool { return o == GetMany }

// A Cell is one row of a report.
type Cell struct {
	Op  Op   `json:"op"`
	Key Kind `json:"key"`
	Len int  `json:"len"`
}

func (c Cell) String() string { return fmt.Sprintf("%s %s %d", c.Op, c.Key, c.Len) }

// Benchmark is the cell's name in the Go benchmark format, without the word Benchmark: its parts are keys that benchstat
// can project, filter and pair by.
func (c Cell) Benchmark(impl string) string {
	var base, tail string
	switch c.Op {
	case GetHit:
		base, tail = "Get", "/hit=1"
	case GetMiss:
		base, tail = "Get", "/hit=0"
	case SetGrow:
		base, tail = "Set", "/presized=0"
	case SetPresized:
		base, tail = "Set", "/presized=1"
	default:
		base = camel(c.Op)
	}
	return fmt.Sprintf("%s/impl=%s/key=%s/len=%d%s", base, impl, c.Key, c.Len, tail)
}

// camel writes an operation as a benchmark is called: MoveToBack.
func camel(op Op) string {
	var name strings.Builder
	for word := range strings.SplitSeq(string(op), "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

// Cells returns the rows of a report, sorted by operation, key and length, each in the order given.
func Cells(ops []Op, kinds []Kind, lens []int) []Cell {
	var cells []Cell
	for _, op := range ops {
		for _, kind := range kinds {
			for _, n := range lens {
				cells = append(cells, Cell{op, kind, n})
			}
		}
	}
	return cells
}
