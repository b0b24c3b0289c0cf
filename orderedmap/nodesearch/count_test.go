package nodesearch

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every kernel against a loop over the keys, for nodes of every size: keys close together, far apart, and at the ends of the type.
func TestKernels(t *testing.T) {
	integers(t, int8(math.MinInt8), int8(math.MaxInt8))
	integers(t, int16(math.MinInt16), int16(math.MaxInt16))
	integers(t, int32(math.MinInt32), int32(math.MaxInt32))
	integers(t, int64(math.MinInt64), int64(math.MaxInt64))
	integers(t, uint8(0), uint8(math.MaxUint8))
	integers(t, uint16(0), uint16(math.MaxUint16))
	integers(t, uint32(0), uint32(math.MaxUint32))
	integers(t, uint64(0), uint64(math.MaxUint64))
	kernel(t, 0, math.MaxUint64, (*rand.Rand).Uint64, CountWordsLess, CountNotGreater[uint64])
	floats[float32](t)
	floats[float64](t)
}

func integers[O Integer](t *testing.T, least, most O) {
	t.Helper()
	kernel(t, least, most, func(r *rand.Rand) O { return O(r.Uint64()) }, CountLess[O], CountNotGreater[O])
}

func floats[O Float](t *testing.T) {
	t.Helper()
	kernel(t, O(math.NaN()), O(math.Inf(1)), func(r *rand.Rand) O { return O(r.NormFloat64()) },
		CountFloatsLess[O], CountFloatsNotGreater[O])
	kernel(t, O(math.Inf(-1)), O(math.Inf(1)), func(r *rand.Rand) O { return O(r.IntN(60) - 30) },
		CountFloatsLess[O], CountFloatsNotGreater[O])
}

func kernel[O cmp.Ordered](t *testing.T, least, most O, random func(*rand.Rand) O, less, notGreater func(*[Width]O, O) int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range Width + 1 {
		for _, ends := range []bool{false, true} {
			var node [Width]O
			for i := range node {
				if node[i] = most; i < n {
					node[i] = random(r)
				}
			}
			if ends && n > 0 {
				node[0], node[n-1] = least, most
			}
			slices.SortFunc(node[:n], cmp.Compare[O])
			keys := append(slices.Clone(node[:n]), least, most, random(r), random(r))
			for _, key := range keys {
				wantLess, wantNot := 0, 0
				for _, k := range node {
					if c := cmp.Compare(k, key); c < 0 {
						wantLess++
						wantNot++
					} else if c == 0 {
						wantNot++
					}
				}
				if got := less(&node, key); got != wantLess {
					t.Fatalf("%d keys less than %v in %v, want %d", got, key, node[:n], wantLess)
				}
				if got := notGreater(&node, key); got != wantNot {
					t.Fatalf("%d keys not greater than %v in %v, want %d", got, key, node[:n], wantNot)
				}
			}
		}
	}
}

func TestNatural(t *testing.T) {
	type id uint16
	type label string
	assert.Equal(t, []Kind{Int8, Int16, Int32, Int64}, []Kind{KindOf[int8](), KindOf[int16](), KindOf[int32](), KindOf[int64]()})
	assert.Equal(t, []Kind{Uint8, Uint16, Uint32, Uint64}, []Kind{KindOf[uint8](), KindOf[uint16](), KindOf[uint32](), KindOf[uint64]()})
	assert.Equal(t, []Kind{Float32, Float64}, []Kind{KindOf[float32](), KindOf[float64]()})
	word, unsigned := Int64, Uint64
	if math.MaxUint == math.MaxUint32 {
		word, unsigned = Int32, Uint32
	}
	assert.Equal(t, []Kind{word, unsigned, unsigned}, []Kind{KindOf[int](), KindOf[uint](), KindOf[uintptr]()})
	assert.Equal(t, Uint16, KindOf[id]())
	assert.Equal(t, String, KindOf[label]())
	assert.Equal(t, None, KindOf[bool]())
	assert.Equal(t, None, KindOf[*int]())
	assert.Equal(t, None, KindOf[any]())
	assert.Equal(t, None, Natural[[2]int]().Kind)
	order := Natural[id]()
	assert.Equal(t, id(math.MaxUint16), order.Pad)
	assert.Negative(t, order.Compare(1, 65000))
	assert.Negative(t, Natural[label]().Compare("a", "b"))
	assert.Negative(t, Natural[float64]().Compare(math.NaN(), math.Inf(-1)))
	assert.Negative(t, ByComparator(func(a, b bool) int { return -1 }).Compare(true, false))
}

func TestAsRefusesWhatIsLaidOutOtherwise(t *testing.T) {
	assert.Panics(t, func() { As[int32](int64(1)) })
	assert.Panics(t, func() { As[[2]int]("ab") })
	assert.Equal(t, fmt.Sprint(5), fmt.Sprint(As[uint64](int64(5))))
}
