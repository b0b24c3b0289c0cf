package goroutine

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A server's dump: many goroutines in the forms of the golden, each with its own id and arguments.
func benchmarkInput(b *testing.B, golden string, n int) []byte {
	data, err := os.ReadFile("testdata/" + golden)
	require.NoError(b, err)
	var out bytes.Buffer
	var bodies []string
	for _, g := range strings.Split(string(data), "\n\n") {
		if strings.HasPrefix(g, "goroutine ") && !strings.Contains(g, "frames elided") {
			bodies = append(bodies, g)
		}
	}
	require.NotEmpty(b, bodies)
	for i := range n {
		header, rest, _ := strings.Cut(bodies[i%len(bodies)], " ")
		_, rest, _ = strings.Cut(rest, " ")
		rest = strings.ReplaceAll(rest, "ecddd6", fmt.Sprintf("e%05x", i))
		fmt.Fprintf(&out, "%s %d %s\n\n", header, i+1, rest)
	}
	return out.Bytes()
}

func BenchmarkParse(b *testing.B) {
	const n = 100_000
	for form, golden := range map[string]string{"debug2": "go1.26-debug2.txt", "sigquit": "go1.26-crash.txt"} {
		b.Run("form="+form+fmt.Sprintf("/goroutines=%d", n), func(b *testing.B) {
			data := benchmarkInput(b, golden, n)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				d, err := Parse(bytes.NewReader(data))
				if err != nil || len(d.Goroutines) != n {
					b.Fatal(len(d.Goroutines), err)
				}
			}
		})
	}
}
