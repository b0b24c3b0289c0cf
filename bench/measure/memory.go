package measure

import (
	"context"
	"fmt"
	"runtime"

	"innards/bench/subject"
	"innards/bench/workload"
)

// heapEntries is how many entries must stand on the heap for the difference of two readings to be theirs: small maps are
// built many times over.
const heapEntries = 1 << 16

// Memory is what a map of Len entries, grown from empty, keeps on the heap. The bytes of string keys, which lie outside of
// it, are not counted.
type Memory struct {
	Impl          string        `json:"impl"`
	Key           workload.Kind `json:"key"`
	Len           int           `json:"len"`
	BytesPerEntry float64       `json:"bytes_per_entry"`
}

func weigh[K comparable](ctx context.Context, source workload.Source[K], n int, contenders []subject.Contender[K]) ([]Memory, error) {
	keys := workload.Live(source, n)
	var all []Memory
	for _, contender := range contenders {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		tables := make([]subject.Table[K], max(1, heapEntries/n))
		for i := range tables {
			tables[i] = contender.New()
		}
		before := heap()
		for _, table := range tables {
			table.New(0)
			table.Set(keys, workload.FirstValue)
		}
		after := heap()
		entries := 0
		for _, table := range tables { // and so the maps were alive at the second reading
			entries += table.Len()
		}
		all = append(all, Memory{contender.Name, source.Kind(), n, (after - before) / float64(entries)})
	}
	return all, nil
}

// heap is the size of what lives on the heap.
func heap() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// Benchmark is the weighing's name in the Go benchmark format, without the word Benchmark.
func (m Memory) Benchmark() string {
	return fmt.Sprintf("Memory/impl=%s/key=%s/len=%d", m.Impl, m.Key, m.Len)
}
