package dynarray_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"innards/dynarray"
)

// BenchmarkStrings sets a list of a million strings off the heap beside a []string.
func BenchmarkStrings(b *testing.B) {
	const n = 1_000_000
	rng := rand.New(rand.NewPCG(1, 1))
	for name, of := range map[string]func() string{
		"hex": func() string { return fmt.Sprintf("%012x", rng.Uint64()>>16) },
		"url": func() string { return fmt.Sprintf("https://example.com/%d/%d", rng.IntN(1000), rng.IntN(100_000)) },
	} {
		words := make([]string, n)
		for i := range words {
			words[i] = of()
		}
		at := rng.Perm(n)
		list := dynarray.NewStrings(0, 0)
		list.AppendSlice(words)
		bench := func(op, impl string, do func()) {
			b.Run(fmt.Sprintf("op=%s/key=%s/impl=%s", op, name, impl), func(b *testing.B) { perElement(b, n, do) })
		}
		bench("append", "strings", func() {
			s := dynarray.NewStrings(0, 0)
			s.AppendSlice(words)
			_ = s.Close()
		})
		bench("append", "slice", func() { // strings of its own, as a list that reads them makes
			var s []string
			for _, v := range words {
				s = append(s, string([]byte(v)))
			}
			sink += int64(len(s))
		})
		bench("get", "strings", func() {
			for _, i := range at {
				sink += int64(list.View(i)[3])
			}
		})
		bench("get", "slice", func() {
			for _, i := range at {
				sink += int64(words[i][3])
			}
		})
		bench("sort", "strings", func() {
			s := list.Clone()
			s.Sort()
			_ = s.Close()
		})
		bench("sort", "slice", func() { slices.Sort(slices.Clone(words)) })
		_ = list.Close()
	}
}
