package goroutine

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLanes compares a dump of many blocks, read by several lanes, with the same read in one piece.
func TestLanes(t *testing.T) {
	golden, err := os.ReadFile("testdata/go1.26-debug2.txt")
	require.NoError(t, err)
	crash, err := os.ReadFile("testdata/go1.26-crash.txt")
	require.NoError(t, err)
	var plain strings.Builder
	for i := 0; plain.Len() < 3*blockSize; i++ {
		// Other IDs each time, save in every tenth round: some goroutines stand twice.
		id := strings.Repeat("1", i%10/9+1) + strings.Repeat("0", i%7)
		plain.WriteString(strings.ReplaceAll(string(golden), "\ngoroutine ", "\ngoroutine "+id))
		plain.WriteString("\n")
	}
	plain.WriteString("rip    0x46b7c1\n\n")
	plain.Write(crash)
	long := "goroutine 5 [running]:\nmain.f(" + strings.Repeat("0x1, ", 3*blockSize/5) + ")\n\t/m.go:1 +0x1\n\n"
	for name, text := range map[string]string{
		"plain":     plain.String(),
		"carriage":  strings.ReplaceAll(plain.String(), "\n", "\r\n"),
		"logged":    "web_1 | " + strings.ReplaceAll(plain.String(), "\n", "\nweb_1 | "),
		"long line": long + plain.String() + long,
		"cut":       plain.String()[:2*blockSize+blockSize/3],
		"no header": strings.Repeat("x\n\n", blockSize),
	} {
		p := newParser()
		eachLine([]byte(text), p.line)
		p.close()
		want := gather([]*lane{{parser: p, parts: []part{{}}}}, 1)
		got, err := Parse(strings.NewReader(text))
		if len(want.Goroutines) == 0 {
			assert.ErrorIs(t, err, ErrNoDump, name)
			continue
		}
		require.NoError(t, err, name)
		var wanted, found bytes.Buffer
		require.NoError(t, want.WriteText(&wanted))
		require.NoError(t, got.WriteText(&found))
		assert.True(t, bytes.Equal(wanted.Bytes(), found.Bytes()), name)
		assert.ElementsMatch(t, want.Warnings, got.Warnings, name)
	}
}
