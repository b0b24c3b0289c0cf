package subject

import (
	"slices"

	"innards/bench/workload"
)

// goSlice is Go's slice with what the standard library has for it, and loops where it has nothing.
type goSlice[T workload.Element] struct{ s []T }

func (l *goSlice[T]) New() { l.s = nil }

func (l *goSlice[T]) Load(values []T) {
	l.s = append(make([]T, 0, len(values)+len(values)/8+room), values...)
}

// room is what Load leaves free at least: insertions are to move elements, not to grow the array.
const room = 1024

func (l *goSlice[T]) Append(values []T) {
	//lint:ignore S1011 one at a time is what is measured
	for _, v := range values { //nolint:staticcheck // the same, to golangci-lint, which does not read the line above
		l.s = append(l.s, v)
	}
}

func (l *goSlice[T]) At() (sum T) {
	for i := range len(l.s) {
		sum += l.s[i]
	}
	return sum
}

func (l *goSlice[T]) SetAt(values []T) {
	//lint:ignore S1001 likewise
	for i, v := range values { //nolint:staticcheck // likewise
		l.s[i] = v
	}
}

func (l *goSlice[T]) View() []T { return l.s }

func (l *goSlice[T]) Insert(times int, v T) {
	for range times {
		l.s = slices.Insert(l.s, len(l.s)/2, v)
	}
}

func (l *goSlice[T]) Delete(times int) {
	for range times {
		l.s = slices.Delete(l.s, len(l.s)/2, len(l.s)/2+1)
	}
}

func (l *goSlice[T]) Sum() (sum T) {
	for _, v := range l.s {
		sum += v
	}
	return sum
}

func (l *goSlice[T]) Min() T { return slices.Min(l.s) }

func (l *goSlice[T]) Count(v T) (n int) {
	for _, x := range l.s {
		if x == v {
			n++
		}
	}
	return n
}

func (l *goSlice[T]) Index(v T) int { return slices.Index(l.s, v) }
func (l *goSlice[T]) Sort()         { slices.Sort(l.s) }
func (l *goSlice[T]) Len() int      { return len(l.s) }
