package bplustree_test

import (
	"cmp"
	"testing"

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
