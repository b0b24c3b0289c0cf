package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// quantity prints a value of a profile in the unit that its sample type names, scaled as pprof scales it (bytes by 1024),
// so that the index and pprof's own pages agree. pprof keeps its own printer internal.
func quantity(v int64, unit string) string {
	switch unit {
	case "nanoseconds", "ns":
		return scaled(float64(v), []step{{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}, {60e9, "min"}, {3600e9, "h"}})
	case "microseconds", "us":
		return quantity(v*1e3, "nanoseconds")
	case "milliseconds", "ms":
		return quantity(v*1e6, "nanoseconds")
	case "seconds", "s":
		return quantity(v*1e9, "nanoseconds")
	case "bytes", "byte":
		return scaled(float64(v), []step{{1, "B"}, {1 << 10, "kB"}, {1 << 20, "MB"}, {1 << 30, "GB"}, {1 << 40, "TB"}})
	case "count", "":
		return thousands(v)
	}
	return thousands(v) + " " + unit
}

type step struct {
	size float64
	unit string
}

func scaled(v float64, steps []step) string {
	at := steps[0]
	for _, s := range steps[1:] {
		if max(v, -v) >= s.size {
			at = s
		}
	}
	text := strconv.FormatFloat(v/at.size, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " " + at.unit
}

func thousands(v int64) string {
	digits := strconv.FormatInt(v, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// elapsed prints how long a profile was taken for.
func elapsed(nanos int64) string {
	if nanos <= 0 {
		return ""
	}
	return quantity(nanos, "nanoseconds")
}

// taken prints when a profile was taken, in the reader's zone; machine is the same for <time datetime>.
func taken(nanos int64) (human, machine string) {
	if nanos == 0 {
		return "", ""
	}
	t := time.Unix(0, nanos)
	return t.Format("2006-01-02 15:04:05 MST"), t.Format(time.RFC3339)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
