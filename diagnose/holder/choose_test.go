package holder

import (
	"testing"

	"innards/diagnose/inspect"

	"github.com/stretchr/testify/assert"
)

func TestChoose(t *testing.T) {
	site := func(g int64, m Mode, c Confidence) Holding {
		return Holding{Goroutine: g, Mode: m, Evidence: LockSite, Confidence: c}
	}
	pending := Holding{Goroutine: 3, Mode: Write, Evidence: PendingDefer, Confidence: Likely}
	for _, c := range []struct {
		name    string
		state   inspect.Lock
		from    []Holding
		want    []int64
		warning bool
	}{
		{"one writer", inspect.Lock{Locked: true}, []Holding{site(1, Write, Likely)}, []int64{1}, false},
		{"not locked", inspect.Lock{}, []Holding{site(1, Write, Certain), site(2, Read, Certain)}, nil, false},
		{"stronger of two", inspect.Lock{Locked: true}, []Holding{pending, site(2, Write, Certain)}, []int64{2}, false},
		{"two alike", inspect.Lock{Locked: true}, []Holding{site(1, Write, Certain), site(2, Write, Certain)}, nil, true},
		{"readers, not the writer that waits", inspect.Lock{Readers: 2},
			[]Holding{site(1, Read, Certain), site(2, Write, Certain), site(3, Read, Likely)}, []int64{1, 3}, false},
		{"more readers than there are", inspect.Lock{Readers: 1},
			[]Holding{site(1, Read, Likely), site(2, Read, Certain)}, []int64{2}, false},
		{"one of three readers stands out", inspect.Lock{Readers: 2},
			[]Holding{site(1, Read, Likely), site(2, Read, Certain), site(3, Read, Likely)}, []int64{2}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			held, warning := choose(0x1000, c.from, c.state)
			var got []int64
			for _, h := range held {
				got = append(got, h.Goroutine)
			}
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.warning, warning != "", warning)
		})
	}
}
