//go:build guard && linux

package dynarray_test

import (
	"runtime/debug"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

// With guard pages a stale view faults, and so does what goes beyond the capacity.
func TestStaleViewsFault(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	const fault = "invalid memory address or nil pointer dereference"
	for name, end := range map[string]func(*dynarray.Array[int64]){
		"growth": func(a *dynarray.Array[int64]) { a.Grow(100) },
		"Clip":   func(a *dynarray.Array[int64]) { a.Clip() },
		"Close":  func(a *dynarray.Array[int64]) { require.NoError(t, a.Close()) },
	} {
		a := dynarray.New[int64](10)
		a.Append(1)
		view := a.Slice()
		assert.EqualValues(t, 1, view[0])
		end(a)
		assert.Contains(t, panics(func() { sink += view[0] }), fault, "read after %s", name)
		assert.Contains(t, panics(func() { view[0] = 1 }), fault, "written after %s", name)
		_ = a.Close() // one is closed already
	}
	a := dynarray.New[int64](512)
	defer func() { _ = a.Close() }()
	assert.Contains(t, panics(func() { *(*int64)(unsafe.Add(a.Pointer(), 512*8)) = 1 }), fault)
}
