//go:build linux

package dynarray_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

func TestFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "array")
	size := func() int64 {
		info, err := os.Stat(name)
		require.NoError(t, err)
		return info.Size()
	}
	a, err := dynarray.OpenFile[uint16](name)
	require.NoError(t, err)
	for i := range 10000 {
		a.Append(uint16(i))
	}
	_, err = dynarray.OpenFile[uint16](name)
	assert.ErrorContains(t, err, "close the array that has it")
	require.NoError(t, a.Sync())
	assert.EqualValues(t, 20000, size())
	a.Append(0x4241)
	a.Set(0, 0x4443)
	bytes, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "CD", string(bytes[:2]), "others see it at once")
	assert.Contains(t, panics(func() { a.Detach() }), "array of a file")
	require.NoError(t, a.Close())
	assert.EqualValues(t, 20002, size(), "Close cuts the file to its elements")

	a, err = dynarray.OpenFile[uint16](name)
	require.NoError(t, err)
	assert.Equal(t, 10001, a.Len())
	assert.EqualValues(t, 0x4241, a.At(10000))
	assert.EqualValues(t, 9999, a.At(9999))
	a.Clear()
	a.Clip()
	assert.Zero(t, size())
	a.Append(3)
	require.NoError(t, a.Close())
	assert.EqualValues(t, 2, size())

	_, err = dynarray.OpenFile[uint64](name)
	assert.ErrorContains(t, err, "has 2 bytes, which is no number of elements of 8")
	_, err = dynarray.OpenFile[uint64](filepath.Join(name, "none"))
	assert.ErrorContains(t, err, "dynarray: OpenFile: ")
	b := dynarray.New[int](0)
	assert.ErrorContains(t, b.Sync(), "without a file")
	require.NoError(t, b.Close())
}

func TestFileAgainstSlice(t *testing.T) {
	a, err := dynarray.OpenFile[int64](filepath.Join(t.TempDir(), "array"))
	require.NoError(t, err)
	data := make([]byte, 3*400)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	assert.Empty(t, runOn(data, &machine[int64]{a: a, of: ofInt, most: 1000}))
}

func TestFileThatCannotGrow(t *testing.T) {
	a, err := dynarray.OpenFile[byte]("/dev/null")
	require.NoError(t, err)
	assert.Contains(t, panics(func() { a.Append(1) }), "make /dev/null larger: ")
	assert.Zero(t, a.Len())
	assert.ErrorContains(t, a.Close(), "dynarray: close /dev/null: ")
	assert.ErrorIs(t, a.Close(), dynarray.ErrClosed)
}
