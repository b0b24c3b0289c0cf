package subject

import (
	"slices"

	"innards/bench/workload"
)

// A List is one growing array under test. Each method but Len and View is one batch, or one operation that is long in
// itself.
type List[T workload.Element] interface {
	// New replaces the array by an empty one, Load by one with these elements and room for a few more.
	New()
	Load(values []T)
	// Append appends the values one by one.
	Append(values []T)
	// At adds all elements up, reading each by its index.
	At() T
	// SetAt writes all elements by their index: values[i] to i.
	SetAt(values []T)
	// View is all elements as a slice.
	View() []T
	// Insert puts v into the middle so many times, Delete takes the middle element out.
	Insert(times int, v T)
	Delete(times int)
	Sum() T
	Min() T
	Count(v T) int
	Index(v T) int
	Sort()
	Len() int
}

// A ListContender makes arrays of one kind.
type ListContender[T workload.Element] struct {
	Name string
	New  func() List[T]
}

// A ListSet holds arrays under test for each kind of element, the reference first.
type ListSet struct {
	Int64   []ListContender[int64]
	Float64 []ListContender[float64]
}

// Slice is the name of the reference of arrays.
const Slice = "slice"

// Lists returns Go's slices and the arrays of this module.
func Lists() ListSet { return ListSet{Int64: lists[int64](), Float64: lists[float64]()} }

func lists[T workload.Element]() []ListContender[T] {
	return []ListContender[T]{
		{Slice, func() List[T] { return new(goSlice[T]) }},
		{"dynarray", func() List[T] { return new(cArray[T]) }},
	}
}

// With returns the arrays of both sets.
func (s ListSet) With(more ListSet) ListSet {
	return ListSet{Int64: slices.Concat(s.Int64, more.Int64), Float64: slices.Concat(s.Float64, more.Float64)}
}

// Only returns the arrays that are named, and the reference.
func (s ListSet) Only(names []string) ListSet {
	return ListSet{Int64: onlyLists(s.Int64, names), Float64: onlyLists(s.Float64, names)}
}

func onlyLists[T workload.Element](all []ListContender[T], names []string) []ListContender[T] {
	var some []ListContender[T]
	for i, contender := range all {
		if i == 0 || slices.Contains(names, contender.Name) {
			some = append(some, contender)
		}
	}
	return some
}

// Names returns the names of all arrays of the set: every one of them can hold integers.
func (s ListSet) Names() []string {
	var names []string
	for _, contender := range s.Int64 {
		names = append(names, contender.Name)
	}
	return names
}
