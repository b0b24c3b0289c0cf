package dynarray_test

import (
	"math/rand/v2"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

const mib = 1 << 20

// eightKiB elements make a mapping of an array after 128 of them, so that streams of operations cross that border.
type eightKiB struct {
	n    int64
	rest [1023]int64
}

func ofEightKiB(b byte) (v eightKiB) {
	v.n, v.rest[1022] = int64(b), int64(b)
	return v
}

// TestLargeAgainstSlice runs streams of operations on arrays that go to and fro between all kinds of memory.
func TestLargeAgainstSlice(t *testing.T) {
	before := dynarray.Bytes()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 3*60)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		require.Empty(t, runLarge(data, int(seed), 200), "seed %d", seed)
	}
	assert.Equal(t, before, dynarray.Bytes(), "bytes are left over")
	dynarray.Trim()
}

// runLarge is run for an array that has so many elements of 8 KiB at first, in one of four kinds of memory.
func runLarge(data []byte, kind, begin int) string {
	m := &machine[eightKiB]{a: dynarray.New[eightKiB](0), of: ofEightKiB, most: 150}
	switch kind % 4 {
	case 1:
		if reserved, err := dynarray.Reserve[eightKiB](2000); err == nil { // else this system has no reservations
			_ = m.a.Close()
			m.a = reserved
		}
	case 2:
		m.a.SetGrowth(dynarray.CPython)
		m.a.SetHugePages(dynarray.HugeOn)
	case 3:
		m.a.SetHugePages(dynarray.HugeOff)
	}
	for i := range begin {
		m.a.Append(ofEightKiB(byte(i)))
		m.model = append(m.model, ofEightKiB(byte(i)))
	}
	return runOn(data, m)
}

func TestGrowthOfCPython(t *testing.T) {
	a := dynarray.New[int64](0)
	defer func() { _ = a.Close() }()
	a.SetGrowth(dynarray.CPython)
	var caps []int
	for i := range int64(200) {
		a.Append(i)
		if n := len(caps); n == 0 || caps[n-1] != a.Cap() {
			caps = append(caps, a.Cap())
		}
	}
	assert.Equal(t, []int{4, 8, 16, 24, 32, 40, 52, 64, 76, 92, 108, 128, 148, 172, 200}, caps, "what CPython 3.11 shows")
	a.AppendSlice(make([]int64, 1001))
	assert.Equal(t, 1204, a.Cap(), "a large step gets what it needs, in fours")
}

// A view must be readable after elements were removed: only growth, Clip and Close end it.
func TestViewsOutliveRemoval(t *testing.T) {
	a := dynarray.New[int64](0)
	defer func() { _ = a.Close() }()
	for i := range int64(4 * mib) { // 32 MiB
		a.Append(i)
	}
	view := a.Slice()
	room := a.Cap()
	a.Delete(1000, a.Len())
	for a.Len() > 10 {
		a.Pop()
	}
	sum := int64(0)
	for _, v := range view {
		sum += v // faults if the memory is gone
	}
	assert.GreaterOrEqual(t, sum, int64(45))
	assert.Equal(t, room, a.Cap())
	assert.Equal(t, []int64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, a.Slice())
	for i := range int64(mib) {
		a.Append(i)
	}
	assert.EqualValues(t, 9, a.At(19))
	a.Clip()
	assert.Less(t, 8*(a.Cap()-a.Len()), os.Getpagesize(), "whole pages")
}

func TestReserve(t *testing.T) {
	a, err := dynarray.Reserve[int64](4 * mib)
	if err != nil {
		t.Skip(err)
	}
	where := a.Pointer()
	assert.Zero(t, a.Cap(), "no memory yet")
	for i := range int64(4 * mib) {
		a.Append(i)
	}
	view := a.Slice()
	assert.Equal(t, where, unsafe.Pointer(&view[0]))
	assert.Contains(t, panics(func() { a.Append(1) }), "only 33554432 bytes were reserved")
	assert.Equal(t, 4*mib, a.Len(), "a failed growth leaves the array as it was")
	a.Delete(100, a.Len())
	a.Clip()
	assert.Equal(t, os.Getpagesize()/8, a.Cap(), "whole pages")
	a.AppendSlice(make([]int64, 10000))
	assert.Equal(t, where, a.Pointer())
	assert.EqualValues(t, 99, view[99])
	a.Clear()
	a.Clip()
	a.Append(7)
	assert.Equal(t, where, a.Pointer())
	require.NoError(t, a.Close())

	for _, none := range []int{0, 1} {
		a, err := dynarray.Reserve[[3]byte](none)
		require.NoError(t, err)
		for range none {
			a.Append([3]byte{1, 2, 3})
		}
		assert.Panics(t, func() { a.Append([3]byte{}) })
		require.NoError(t, a.Close())
	}
	a, err = dynarray.Reserve[int64](10)
	require.NoError(t, err)
	assert.Zero(t, a.Detach())
	_, err = dynarray.Reserve[int64](1 << 60)
	var noMemory *dynarray.NoMemoryError
	require.ErrorAs(t, err, &noMemory)
	_, err = dynarray.Reserve[int64](1 << 44)
	require.ErrorAs(t, err, &noMemory)
}

func TestDetachAndAdopt(t *testing.T) {
	before := dynarray.Bytes()
	for _, n := range []int{0, 3, mib} {
		a := dynarray.New[int64](0)
		for i := range int64(n) {
			a.Append(i)
		}
		m := a.Detach()
		assert.Equal(t, before, dynarray.Bytes(), "detached memory is no array's")
		assert.Equal(t, "dynarray: use of closed array", panics(func() { a.Append(1) }))
		assert.ErrorIs(t, a.Close(), dynarray.ErrClosed)
		assert.Equal(t, n, m.Len)
		assert.Equal(t, n == 0, m.Pointer == nil)

		b := dynarray.Adopt[int64](m)
		assert.Equal(t, m.Pointer, b.Pointer(), "not copied")
		assert.Equal(t, n, b.Len())
		assert.Equal(t, before+int64(8*b.Cap()), dynarray.Bytes())
		for i := range int64(2*n + 1) {
			b.Append(int64(n) + i) // outgrows what was adopted
		}
		for i, v := range b.All() {
			if int64(i) != v {
				t.Fatalf("element %d is %d", i, v)
			}
		}
		require.NoError(t, b.Close())
		assert.Equal(t, before, dynarray.Bytes())
	}
}

func TestAdoptFreesOnce(t *testing.T) {
	var memory [8]int64 // stands for memory of C
	freed := 0
	adopt := func() *dynarray.Array[int64] {
		return dynarray.Adopt[int64](dynarray.Memory{Pointer: unsafe.Pointer(&memory), Len: 2, Cap: 8, Free: func() { freed++ }})
	}
	a := adopt()
	a.Append(5)
	assert.EqualValues(t, 5, memory[2])
	a.Clip() // memory of others cannot be given back in part
	require.NoError(t, a.Close())
	assert.Equal(t, 1, freed)
	a = adopt()
	a.AppendSlice(make([]int64, 7))
	assert.Equal(t, 2, freed, "it has moved")
	assert.Equal(t, 9, a.Len())
	require.NoError(t, a.Close())
	assert.Equal(t, 2, freed)
	a = adopt()
	m := a.Detach()
	assert.Equal(t, unsafe.Pointer(&memory), m.Pointer)
	m.Free()
	assert.Equal(t, 3, freed)

	p := unsafe.Pointer(&memory)
	for _, m := range []dynarray.Memory{{p, 3, 2, func() {}}, {p, -1, 2, func() {}}, {nil, 0, 2, nil}, {p, 0, 0, func() {}},
		{unsafe.Add(p, 1), 1, 1, func() {}}, {p, 1, 1 << 60, func() {}}} {
		assert.Contains(t, panics(func() { dynarray.Adopt[int64](m) }), "dynarray: Adopt: ")
	}
	assert.Contains(t, panics(func() { dynarray.Adopt[string](dynarray.Memory{}) }), "holds a Go pointer")
}
