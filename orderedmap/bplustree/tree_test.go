package bplustree_test

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/hashmap/maptest"
	"innards/orderedmap/bplustree"
	"innards/orderedmap/ordertest"
)

type ints = *bplustree.Tree[int, int]

func TestOrderLaws(t *testing.T) {
	for name, s := range map[string]ordertest.Sorted[ints]{
		"fanout=4":   {New: func() ints { return bplustree.NewNarrow[int, int](4) }, Large: 34},
		"fanout=5":   {New: func() ints { return bplustree.NewNarrow[int, int](5) }, Large: 15},
		"fanout=64":  {New: bplustree.New[int, int], Large: 75},
		"portable":   {New: func() ints { return bplustree.NewNarrow[int, int](4).Portable() }, Large: 34},
		"comparator": {New: func() ints { return bplustree.NewFunc[int, int](cmp.Compare[int]).Narrow(6) }, Large: 12},
		"zero":       {New: func() ints { return new(bplustree.Tree[int, int]) }, Large: 12},
	} {
		s.Check = ints.Check
		t.Run(name, func(t *testing.T) { ordertest.RunSorted(t, s) })
	}
}

func FuzzTree(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0, 2, 3, 10, 0, 1, 11, 3, 20, 8, 1, 9, 3, 1, 1, 7, 3, 9})
	s := ordertest.Sorted[ints]{New: func() ints { return bplustree.NewNarrow[int, int](4) }, Check: ints.Check}
	f.Fuzz(func(t *testing.T, data []byte) { s.CheckStream(t, ordertest.DecodeSorted(data)) })
}

// The laws of all maps, for keys of every kind of order.
func TestMapLaws(t *testing.T) {
	lawful(t, "uint64", maptest.Uint64Key, maptest.IntValue)
	lawful(t, "string", maptest.StringKey, maptest.StringValue)
	lawfulTree(t, "struct", maptest.PairKey, maptest.StringValue, func() *bplustree.Tree[maptest.Pair, string] {
		return bplustree.NewFunc[maptest.Pair, string](func(a, b maptest.Pair) int { return cmp.Compare(a.B, b.B) })
	})
}

func lawful[K cmp.Ordered, V comparable](t *testing.T, name string, key func(int) K, value func(int) V) {
	lawfulTree(t, name, key, value, bplustree.New[K, V])
}

func lawfulTree[K, V comparable](t *testing.T, name string, key func(int) K, value func(int) V,
	newTree func() *bplustree.Tree[K, V]) {
	t.Run(name, func(t *testing.T) {
		maptest.Run(t, maptest.Subject[K, V, *bplustree.Tree[K, V]]{
			New: func(int) *bplustree.Tree[K, V] { return newTree() }, Key: key, Value: value,
			Check: (*bplustree.Tree[K, V]).Check,
			Zero:  newTree,
		})
	})
}

// Every kind of number, with the largest and smallest values of each: they equal the padding of nodes.
func TestExtremes(t *testing.T) {
	extremes[int8](t, math.MinInt8, math.MaxInt8)
	extremes[int16](t, math.MinInt16, math.MaxInt16)
	extremes[int32](t, math.MinInt32, math.MaxInt32)
	extremes[int64](t, math.MinInt64, math.MaxInt64)
	extremes[uint8](t, 0, math.MaxUint8)
	extremes[uint16](t, 0, math.MaxUint16)
	extremes[uint32](t, 0, math.MaxUint32)
	extremes[uint64](t, 0, math.MaxUint64)
	extremes(t, float32(math.Inf(-1)), float32(math.Inf(1)))
	extremes(t, math.Inf(-1), math.Inf(1))
	extremes(t, math.NaN(), math.Inf(1))
}

func extremes[K interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}](t *testing.T, least, most K) {
	t.Helper()
	for n := range 120 {
		s := bplustree.New[K, int]()
		var keys []K
		for i := range n {
			keys = append(keys, K(i+1))
		}
		for i := range keys {
			s.Set(keys[(i*7+3)%n], i)
		}
		for range 2 {
			s.Set(most, -1)
			s.Set(least, -2)
		}
		keys = slices.Compact(slices.SortedFunc(s.Keys(), cmp.Compare[K]))
		assert.Equal(t, len(keys), s.Len())
		assert.Equal(t, -1, s.At(most))
		assert.Equal(t, -2, s.At(least))
		assert.Equal(t, s.Len()-1, s.Rank(most))
		assert.Zero(t, s.Index(least))
		if _, deleted := s.Delete(most); !deleted || s.Contains(most) {
			t.Fatalf("%v: the largest of %d keys is not deleted", reflect.TypeFor[K](), n)
		}
		if _, deleted := s.Delete(least); !deleted || s.Contains(least) {
			t.Fatalf("%v: the smallest of %d keys is not deleted", reflect.TypeFor[K](), n)
		}
	}
}
