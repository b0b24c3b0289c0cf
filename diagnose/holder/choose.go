package holder

import (
	"cmp"
	"fmt"
	"slices"

	"innards/diagnose/inspect"
)

// choose keeps, of what the stacks show about one lock, what the lock's own words allow: a writer or so many readers. Of
// more candidates than that the ones with the strongest evidence stand; where these are equal to others, none does.
func choose(addr uint64, candidates []Holding, state inspect.Lock) (held []Holding, warning string) {
	mode, limit := Read, state.Readers
	if state.Locked {
		mode, limit = Write, 1
	}
	for _, h := range candidates {
		if h.Mode == mode {
			held = append(held, h)
		}
	}
	slices.SortFunc(held, func(a, b Holding) int {
		return cmp.Or(cmp.Compare(strength(b), strength(a)), cmp.Compare(a.Goroutine, b.Goroutine))
	})
	if len(held) <= limit {
		return held, ""
	}
	kept := limit
	for kept > 0 && strength(held[kept-1]) == strength(held[limit]) {
		kept--
	}
	if kept == 0 && limit > 0 {
		warning = fmt.Sprintf("holder: lock %#x: %d goroutines look like holders of it, equally well; none is named",
			addr, len(held))
	}
	return held[:kept], warning
}
