package subject

import (
	"innards/bench/workload"
	"innards/dynarray"
)

// cArray is dynarray.Array.
type cArray[T workload.Element] struct{ a *dynarray.Array[T] }

func (l *cArray[T]) New() { l.make(0) }

// make frees the array of before: what a collector does for a slice is part of the work here.
func (l *cArray[T]) make(capacity int) {
	if l.a != nil {
		_ = l.a.Close() // it is open
	}
	l.a = dynarray.New[T](capacity)
}

func (l *cArray[T]) Load(values []T) {
	l.make(len(values) + len(values)/8 + room)
	l.a.AppendSlice(values)
}

// Append, At and SetAt hold the array in a variable, as a caller does: its header is then one load away, as the slice's is.
func (l *cArray[T]) Append(values []T) {
	a := l.a
	for _, v := range values {
		a.Append(v)
	}
}

func (l *cArray[T]) At() (sum T) {
	a := l.a
	for i := range a.Len() {
		sum += a.At(i)
	}
	return sum
}

func (l *cArray[T]) SetAt(values []T) {
	a := l.a
	for i, v := range values {
		a.Set(i, v)
	}
}

func (l *cArray[T]) View() []T { return l.a.Slice() }

func (l *cArray[T]) Insert(times int, v T) {
	for range times {
		l.a.Insert(l.a.Len()/2, v)
	}
}

func (l *cArray[T]) Delete(times int) {
	for range times {
		l.a.Delete(l.a.Len()/2, l.a.Len()/2+1)
	}
}

func (l *cArray[T]) Sum() T        { return dynarray.Sum(l.a) }
func (l *cArray[T]) Min() T        { return dynarray.Min(l.a) }
func (l *cArray[T]) Count(v T) int { return dynarray.Count(l.a, v) }
func (l *cArray[T]) Index(v T) int { return dynarray.Index(l.a, v) }
func (l *cArray[T]) Sort()         { dynarray.Sort(l.a) }
func (l *cArray[T]) Len() int      { return l.a.Len() }
