package orderedmap_test

import (
	"testing"

	"innards/orderedmap"
	"innards/orderedmap/ordertest"
)

func newInts(capacity int) *orderedmap.Map[int, int] { return orderedmap.New[int, int](capacity) }

func TestLaws(t *testing.T) { ordertest.Run(t, newInts) }

func FuzzMap(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0, 2, 3, 9, 0, 31, 4, 0, 0, 13, 0, 63, 8, 2, 0})
	f.Fuzz(func(t *testing.T, data []byte) { ordertest.Check(t, newInts, ordertest.Decode(data)) })
}
