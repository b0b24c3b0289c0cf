package measure

import (
	"fmt"

	"innards/bench/workload"
)

// Memory is what a structure of Len entries, grown from empty, keeps on the heap. The bytes of strings, which lie outside
// of it, are not counted.
type Memory struct {
	Impl          string        `json:"impl"`
	Key           workload.Kind `json:"key"`
	Len           int           `json:"len"`
	BytesPerEntry float64       `json:"bytes_per_entry"`
}

// Benchmark is the weighing's name in the Go benchmark format, without the word Benchmark.
func (m Memory) Benchmark() string {
	return fmt.Sprintf("Memory/impl=%s/key=%s/len=%d", m.Impl, m.Key, m.Len)
}
