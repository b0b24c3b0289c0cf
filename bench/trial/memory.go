package trial

import (
	"context"
	"runtime"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// heapEntries is how many entries must stand on the heap for the difference of two readings to be theirs: small maps are
// built many times over.
const heapEntries = 1 << 16

// weigh measures what maps of n entries, grown from empty, keep on the heap, without the bytes of string keys.
func weigh[K comparable](ctx context.Context, source workload.Source[K], n int, contenders []subject.Contender[K]) ([]measure.Memory, error) {
	keys := workload.Live(source, n)
	var all []measure.Memory
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
		all = append(all, measure.Memory{
			Impl: contender.Name, Key: source.Kind(), Len: n, BytesPerEntry: (after - before) / float64(entries),
		})
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
