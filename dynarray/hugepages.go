package dynarray

import (
	"os"
	"sync/atomic"
	"time"
)

const hugePage = 2 << 20

var pageSize = uintptr(os.Getpagesize())

func roundUp(bytes, to uintptr) uintptr { return (bytes + to - 1) &^ (to - 1) }

// HugePages says whether the pages of a large array are to be of 2 MiB.
type HugePages uint8

const (
	// HugeAuto uses huge pages while the system has them at hand. They cost a third to a half less than ordinary ones
	// when it has, and five times as much when it has to get them from its own host first, as a virtual machine that
	// gives idle memory back does. So each one that is appended to is timed, and of other growths the first.
	HugeAuto HugePages = iota
	HugeOn             // always: arrays that are written once and read at random for long
	HugeOff            // never: large arrays of which only a few places are ever written
)

// SetHugePages changes the policy. It holds for the memory that the array grows into from now on.
func (a *Array[T]) SetHugePages(pages HugePages) {
	a.open()
	a.block.pages = pages
}

// coldPage is how long a huge page may take to come: as long as the ordinary pages in its place, at 2 us each.
const coldPage = time.Millisecond

// coldFor is how long nobody tries again after one took longer. A cold page may take 6 ms, so that trying costs at
// most a hundredth of the time.
const coldFor = 600 * time.Millisecond

// weather is whether huge pages are slow to come, which is the same for all arrays of the process.
type weather struct{ until atomic.Int64 }

var (
	frost   weather
	started = time.Now()
)

func (w *weather) lasts() bool { return int64(time.Since(started)) < w.until.Load() }
func (w *weather) begins()     { w.until.Store(int64(time.Since(started) + coldFor)) }
