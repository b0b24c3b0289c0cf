package trial

import (
	"fmt"
	"math/rand/v2"

	"innards/bench/measure"
	"innards/bench/subject"
	"innards/bench/workload"
)

// The work of a calibration: cheap, and like that of most cells.
const (
	calibrationLen = 1000
	// The slower lane looks one key in so many up once more. Nothing else about it differs.
	handicap = 20
)

// Handicap is by how much the slower lane of a calibration is slower.
const Handicap = 1.0 / handicap

// Calibration sets up the race of a trial of the method itself: Go's map three times, and Go's map asked for 5 % more keys.
func Calibration(seed uint64) func(trial int) (measure.Race, error) {
	return func(trial int) (measure.Race, error) {
		cell := workload.Cell{Op: workload.GetHit, Key: workload.Uint64, Len: calibrationLen}
		source := workload.Integers(seed + uint64(trial))
		live := workload.Live(source, calibrationLen)
		hits := workload.Hits(source, calibrationLen, rand.New(rand.NewPCG(seed, uint64(trial))))
		goMap := subject.Maps().Uint64[0]
		names := []string{goMap.Name, measure.Twin(goMap.Name), "same", "slower"}
		r := measure.Race{Name: fmt.Sprintf("%s, trial %d", cell, trial)}
		var contenders []subject.Contender[uint64]
		for _, name := range names {
			contenders = append(contenders, subject.Contender[uint64]{Name: name, New: goMap.New})
		}
		slower := len(contenders) - 1
		contenders[slower].New = func() subject.Table[uint64] { return repeating{goMap.New()} }
		lookUp(&r, live, hits, contenders)
		return r, nil
	}
}

// repeating asks for some of the keys of each call once more: for those from its middle, which it has not asked for lately.
// The call that leads through it is one for thousands of keys.
type repeating struct{ subject.Table[uint64] }

func (t repeating) Get(keys []uint64) (sum uint64, found int) {
	middle := len(keys) / 2
	t.Table.Get(keys[middle : middle+len(keys)/handicap])
	return t.Table.Get(keys)
}
