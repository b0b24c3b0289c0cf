package tracefmt

import (
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A thread that goes through rounds of some sizes, with the tracer's own sampling, and prints for each how many were recorded.
const samplerSource = `
#include <stdio.h>
#include <stdlib.h>
#include "sampling.h"
int main(int argc, char **argv)
{
	uint64_t period = strtoull(argv[1], NULL, 10), seed = strtoull(argv[2], NULL, 10);
	long rounds = atol(argv[3]), hits[32] = {0};
	int threads = atoi(argv[4]), sizes = argc - 5;
	size_t size[32];
	for (int i = 0; i < sizes; i++)
		size[i] = strtoull(argv[5 + i], NULL, 10);
	for (int t = 1; t <= threads; t++) {
		thread = (struct thread){0};
		for (long r = 0; r < rounds; r++)
			for (int i = 0; i < sizes; i++)
				if ((thread.left -= (int64_t)size[i]) <= 0)
					hits[i] += sampled(period, seed * 1000003 + t, size[i]);
	}
	for (int i = 0; i < sizes; i++)
		printf("%ld\n", hits[i]);
}
`

// What the weights say of the tracer's own sampling must come out at the truth: for blocks of every size, for such as go with
// the period, for threads that end before their first sample.
func TestWeightsAreOfTheSampler(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	exe := filepath.Join(t.TempDir(), "sampler")
	build := exec.Command(cc, "-O2", "-std=gnu11", "-I", "../malloctrace", "-x", "c", "-", "-o", exe)
	build.Stdin = strings.NewReader(samplerSource)
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)

	const period = 1 << 16
	check := func(rounds, threads int, sizes ...uint64) {
		args := []string{fmt.Sprint(period), "7", fmt.Sprint(rounds), fmt.Sprint(threads)}
		for _, s := range sizes {
			args = append(args, fmt.Sprint(s))
		}
		out, err := exec.Command(exe, args...).Output()
		require.NoError(t, err)
		lines := strings.Fields(string(out))
		require.Len(t, lines, len(sizes))
		for i, s := range sizes {
			var hits float64
			_, err := fmt.Sscan(lines[i], &hits)
			require.NoError(t, err)
			n := float64(rounds * threads)
			p := 1 / Weight(s, period)
			assert.InDelta(t, n*p, hits, 5*math.Sqrt(n*p*(1-p))+1e-9, "size %d of %v, %d threads of %d rounds", s, sizes, threads, rounds)
		}
	}
	for _, s := range []uint64{1, 16, 100, 4096, period/2 - 1, period / 2, period/2 + 1, 50_000, period - 1, period, period + 1, 80_000,
		3*period/2 - 1, 3 * period / 2, 4 << 20} {
		check(int(max(2000*period/s, 2000)), 1, s)
	}
	check(8000, 1, period/4, 3*period/4)                // repeats itself every period
	check(8000, 1, period/8, period/4, period/8)        // every half
	check(8000, 1, period, period/16, period-period/16) // every two
	check(2000, 1, 64, 10<<20, 1000, 40_000, 100_000, 300)
	check(1, 40_000, 3000, 64, 50_000, 200, 100_000) // threads of a few blocks each
	check(3, 20_000, 100<<20, 30_000)                // where counting gives up
}

func TestWeightHasNoSteps(t *testing.T) {
	const period = 512 << 10
	for s := uint64(2); s < 2*period; s++ {
		was, is := Weight(s-1, period), Weight(s, period)
		if is > was || was/is > 1+1.001/float64(s-1) {
			t.Fatalf("%v for %d bytes, %v for one more", was, s-1, is)
		}
	}
	assert.Equal(t, 1.0, Weight(4<<20, period))
	assert.Equal(t, 1.0, Weight(0, 1))
	assert.Equal(t, float64(period), Weight(0, period))
}
