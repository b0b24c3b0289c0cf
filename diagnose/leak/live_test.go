package leak

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLiveListHasWhatGrewMostFirst(t *testing.T) {
	site := func(class Class, resource, file string, growth ...int64) Site {
		return Site{Class: class, Resource: resource, LiveObjects: 1, LiveBytes: growth[len(growth)-1], Growth: growth, Go: Place{File: file, Line: 7},
			Stack: []Frame{{Func: "malloc"}}}
	}
	var b strings.Builder
	lines, err := WriteLive(&b, []Site{
		site(Pool, "malloc", "pool.go", 9000, 9000, 9000, 9000),
		site(Growing, "fd", "fd.go", 1, 2, 3, 4),
		site(Growing, "malloc", "leak.go", 0, 1<<20, 2<<20, 3<<20),
		{Class: Live, Resource: "malloc"},
	}, 3)
	require.NoError(t, err)
	got := strings.Split(b.String(), "\n")
	require.Len(t, got, lines+1)
	assert.Equal(t, "after 3s, of 3 sites those that grew most:", got[0])
	assert.Contains(t, got[1], " ▃▆█    3.0 MiB")
	assert.Contains(t, got[1], "leak.go:7")
	assert.Contains(t, got[2], "▂▄▆█       1 fd")
	assert.Contains(t, got[3], "████")
}
