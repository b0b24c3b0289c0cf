package tracefmt

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const sample = `innards trace 1
period 4096   # one in so many bytes
begin 1s
end 10s
lost 1 2 3
module 0x400000 0x500000 0x0 /srv/a program
frame 0x10 c make_it lib.c:7
frame 0x20 main main.inlined main.go:3
frame 0x20 main main.leak main.go:16
frame 0x30 std runtime.goexit
stack 1 calloc c 0x10 go 0x20 0x30
1s start
3s free 0xff
2s alloc 0xff 100 1
every 1s 4s 7s alloc 64 1 keep 1500ms
every 1s 8s 10s alloc 64 1 until 9500ms
`

func TestReadText(t *testing.T) {
	got, warnings, err := ReadText(strings.NewReader(sample), "sample")
	require.NoError(t, err)
	require.Empty(t, warnings)
	assert.Equal(t, Lost{1, 2, 3}, got.Lost)
	assert.Equal(t, Stack{Hook: 1, C: []uint64{0x10}, Go: []uint64{0x20, 0x30}}, got.Stacks[1])
	assert.Equal(t, []Frame{
		{Func: "main.inlined", File: "main.go", Line: 3, Go: true, Origin: "main"},
		{Func: "main.leak", File: "main.go", Line: 16, Go: true, Origin: "main"},
	}, got.Frames[0x20])
	assert.Equal(t, "/srv/a program", got.Modules[0].Path)
	var kinds []Kind
	for _, e := range got.Events {
		kinds = append(kinds, e.Kind)
	}
	assert.Equal(t, []Kind{Start, Alloc, Free, Alloc, Alloc, Free, Alloc, Free, Free, Alloc, Alloc, Free, Free}, kinds)
	assert.Equal(t, 5500*time.Millisecond, got.Events[5].Time)
}

func TestTextRoundTrip(t *testing.T) {
	first, _, err := ReadText(strings.NewReader(sample), "sample")
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, WriteText(&text, first))
	second, warnings, err := ReadText(strings.NewReader(text.String()), "again")
	require.NoError(t, err)
	assert.Empty(t, warnings)
	assert.Equal(t, first, second)
}

func TestABadLineIsNamedAndTheRestIsRead(t *testing.T) {
	for line, want := range map[string]string{
		"period":                        "ends where a number",
		"period many":                   `"many" is no number`,
		"1s alloc 0x1 5":                "ends where a number",
		"1s shrink 0x1":                 "is no event",
		"soon free 0x1":                 "is no time",
		"-1s free 0x1":                  "is no time",
		"stack 1 brk c 0x1":             "not a function of the allocator",
		"frame 0x1 rust f":              "none of c, main",
		"frame 0x1 c f here":            "is no FILE:LINE",
		"every 1ns 0s 1h alloc 1 1":     "a million",
		"every 1s 0s 2s alloc 1 1 hold": "instead of keep",
		"end 1s 2s":                     "more than the line takes",
		"every 1s 0s 2s free 1 1":       "instead of alloc",
	} {
		got, warnings, err := ReadText(strings.NewReader("innards trace 1\n"+line+"\n9s free 0x2\n"), "x")
		require.NoError(t, err, line)
		require.Len(t, warnings, 1, line)
		var syntax *SyntaxError
		require.True(t, errors.As(warnings[0], &syntax))
		assert.Equal(t, 2, syntax.Line)
		assert.Contains(t, syntax.Msg, want, line)
		assert.Len(t, got.Events, 1, line)
	}
	_, _, err := ReadText(strings.NewReader("goroutine 1 [running]:\n"), "dump")
	require.ErrorContains(t, err, "no trace")
}
