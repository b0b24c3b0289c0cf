package hang

import (
	"testing"

	"github.com/stretchr/testify/require"

	"innards/diagnose/goroutine"
)

func TestConfirm(t *testing.T) {
	many := func(n int64) []*goroutine.Goroutine {
		var all []*goroutine.Goroutine
		for id := range n {
			all = append(all, g(id+2, "chan send", 70, sends(uint64(id+2))))
		}
		return all
	}
	judged := func(all []*goroutine.Goroutine) []Verdict {
		in := Input{Goroutines: all, Stranded: make(map[int64]bool)}
		for _, g := range all {
			in.Stranded[g.ID] = true
		}
		verdicts, _ := Judge(in)
		require.Len(t, verdicts, 1)
		return verdicts
	}
	for name, tc := range map[string]struct {
		first, second []*goroutine.Goroutine
		want          []Class
	}{
		"still there":       {many(3), many(3), []Class{ChanNoPeer}},
		"one has moved on":  {many(3), many(3)[1:], nil},
		"many":              {many(50), many(50), []Class{ChanNoPeer}},
		"many and more":     {many(50), many(53), []Class{GoroutineLeak}},
		"a few and more":    {many(3), many(5), []Class{ChanNoPeer}},
		"others and moving": {many(1), []*goroutine.Goroutine{g(2, "chan send", 71, sends(2))}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []Class
			for _, v := range Confirm(judged(tc.first), tc.first, tc.second) {
				got = append(got, v.Class)
			}
			require.Equal(t, tc.want, got)
		})
	}
}
