package trial

import (
	"context"
	"runtime"

	"innards/bench/foreign"
	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// heapEntries is how many entries must stand on the heap for the difference of two readings to be theirs: small maps are
// built many times over.
const heapEntries = 1 << 16

// weigh measures what maps of n entries, grown from empty, keep on the heap, without the bytes of string keys.
func weigh[K comparable](ctx context.Context, source workload.Source[K], n int, contenders []subject.Contender[K],
	beside []foreign.Program,
) ([]measure.Memory, error) {
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
	for _, program := range beside {
		bytes, err := weighAbroad(program, keys)
		if err != nil {
			return all, err
		}
		if bytes > 0 {
			all = append(all, measure.Memory{Impl: program.Name, Key: source.Kind(), Len: n, BytesPerEntry: bytes})
		}
	}
	return all, nil
}

// weighAbroad is what an entry takes in another process, by its own account; 0 if it does not know.
func weighAbroad[K comparable](program foreign.Program, keys []K) (float64, error) {
	process, err := program.Start(foreign.Job{ // which begins with nothing in its container
		Op: workload.SetGrow, Key: kindOf[K](), Len: len(keys), Live: foreign.KeysOf(keys), Asked: foreign.KeysOf([]K(nil)),
	})
	if err != nil {
		return 0, err
	}
	defer process.Close()
	times := max(1, heapEntries/len(keys))
	bytes, err := process.Weigh(times)
	return float64(bytes) / float64(times*len(keys)), err
}

// heap is the size of what lives on the heap.
func heap() float64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
