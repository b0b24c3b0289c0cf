package dynarray

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is appended to gets its pages in steps, and moves no more often than it doubles. Elements of 24 bytes lie across the steps.
func TestPagesAhead(t *testing.T) {
	if !mappings {
		t.Skip("built without mappings")
	}
	const n = 10 << 20 / 24
	for _, pages := range []HugePages{HugeAuto, HugeOff} {
		Trim() // else the pages may be there from the start
		before := Bytes()
		a := New[[3]int64](0)
		a.SetHugePages(pages)
		moves, where := 0, a.block.address
		for i := range int64(n) {
			a.Append([3]int64{i, i + 1, i + 2})
			if a.block.address != where {
				moves, where = moves+1, a.block.address
			}
			if a.block.span > 0 && 24*(a.Cap()-a.Len()) > hugePage {
				t.Fatalf("%d elements are ready where %d are used", a.Cap(), a.Len())
			}
		}
		assert.LessOrEqual(t, moves, 20, "from 64 bytes to 16 MiB")
		assert.Less(t, a.block.bytes, int64(a.block.span), "not all of the mapping is ready")
		assert.Equal(t, before+a.block.bytes, Bytes())
		a.Grow(int(a.block.span)/24 - a.Len()) // all that is left of it
		assert.Equal(t, where, a.block.address)
		assert.Equal(t, int(a.block.span)/24, a.Cap())
		a.Grow(a.Cap() - a.Len() + 1)
		a.Clip()
		assert.Less(t, uintptr(24*(a.Cap()-a.Len())), pageSize+24)
		a.AppendSlice(make([][3]int64, n)) // more than a step at once
		a.Append([3]int64{7})
		for i := range int64(n) {
			if v := a.At(int(i)); v != [3]int64{i, i + 1, i + 2} || a.At(n+int(i)) != [3]int64{} {
				t.Fatalf("element %d is %v", i, v)
			}
		}
		address, span, touched := a.block.address, a.block.span, a.block.touched
		a.Delete(n, a.Len())
		require.NoError(t, a.Close())

		if b := New[int64](int(span / 8)); assert.Equal(t, address, b.block.address, "from the cache") {
			require.NoError(t, b.Close())
			c := New[int64](0)
			c.AppendSlice(make([]int64, span/32+1)) // a quarter of what it gets
			assert.Equal(t, address, c.block.address)
			assert.LessOrEqual(t, touched, uintptr(8*c.Cap()), "pages that are there are ready at once")
			require.NoError(t, c.Close())
		}
	}
}
