package foreign

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"

	"innards/bench/workload"
)

// Keys write keys or elements as they are sent: how many there are, and then each; of strings all lengths, and then all
// bytes. They are not made into one message first: the elements of the longest array are 400 MB.
type Keys func(*bufio.Writer) error

// KeysOf sends these. What is no key or element of the benchmark panics.
func KeysOf[K comparable](keys []K) Keys {
	order := binary.NativeEndian // both processes run here
	return func(w *bufio.Writer) error {
		var word [8]byte
		put := func(x uint64) {
			order.PutUint64(word[:], x)
			_, _ = w.Write(word[:]) // it keeps its error until Flush
		}
		put(uint64(len(keys)))
		switch keys := any(keys).(type) {
		case []uint64:
			for _, key := range keys {
				put(key)
			}
		case []workload.Pair:
			for _, key := range keys {
				put(key.A)
				put(key.B)
			}
		case []int64:
			for _, element := range keys {
				put(uint64(element))
			}
		case []float64:
			for _, element := range keys {
				put(math.Float64bits(element))
			}
		case []string:
			for _, key := range keys {
				order.PutUint32(word[:4], uint32(len(key)))
				_, _ = w.Write(word[:4])
			}
			for _, key := range keys {
				_, _ = w.WriteString(key)
			}
		default:
			panic(fmt.Sprintf("foreign: keys of type %T", keys))
		}
		return w.Flush()
	}
}
