package dynarray_test

import (
	"bytes"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

//go:noinline
func buildIndex(n int) *dynarray.Array[int32] { return dynarray.New[int32](n) }

//go:noinline
func viaTests(n int) *dynarray.Array[int32] { return buildIndex(n) }

// The profile tells apart what one line made for different callers.
func TestProfile(t *testing.T) {
	a, b := buildIndex(1000), viaTests(500)
	var buffer bytes.Buffer
	require.NoError(t, dynarray.WriteProfile(&buffer))
	p, err := profile.Parse(&buffer)
	require.NoError(t, err)
	require.NoError(t, p.CheckValid())
	held := map[string]int64{}
	for _, s := range p.Sample {
		if f := s.Location[0].Line[0].Function.Name; f == "innards/dynarray_test.buildIndex" {
			held[s.Location[1].Line[0].Function.Name] += s.Value[1]
			assert.EqualValues(t, 1, s.Value[0])
		}
	}
	assert.Equal(t, map[string]int64{"innards/dynarray_test.TestProfile": 4000, "innards/dynarray_test.viaTests": 2000}, held)
	require.NoError(t, a.Close())
	require.NoError(t, b.Close())
}
