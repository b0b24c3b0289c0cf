//go:build !linux

package cold

import (
	"errors"
	"time"
)

func use() (resident float64, spent time.Duration, err error) {
	return 0, 0, errors.New("bench: grow a cold array: its CPU time and resident memory are read on Linux only")
}
