package dynarray

import (
	"iter"
	"math"
	"runtime"
	"slices"
)

// # A list as Python has it
//
// List is a thin layer over Array for those who come from Python, and for code that is translated from it: indices
// count from the end when they are negative, slices have a step and clamp their bounds instead of failing, and so does
// Insert. Everything stands in an Array, which Array returns; Sort, Min, Max, Sum, BinarySearch and Compare of that
// array are the list's as well.
//
// What Python raises as an exception is here, as elsewhere in Go:
//
//	IndexError                         a panic with the runtime's own error for indices, as of a slice
//	ValueError: not in list            -1 (Index), false (Remove)
//	ValueError: step zero, wrong size  a panic: the program is wrong, not its data; the list is as it was
//	MemoryError                        a panic with a *NoMemoryError; the list is as it was
//	list modified during sort          a panic in what modifies it
//
// Python compares by identity before it compares by value, so that a list contains its own NaN. Elements here have no
// identity: nothing is equal to NaN, and Index does not find it. Every list that a method returns is a new one, with
// memory of its own, to be closed on its own.

// List is a growing list with the behaviour of Python's. It is made by NewList and has to be closed; it must not be
// copied, and not be used by several goroutines while one of them changes it.
type List[T comparable] struct {
	_ noCopy
	a *Array[T]
}

// Open stands for a bound that is left out, on either side of a slice: l.Slice(Open, Open, -1) is Python's l[::-1].
const Open = math.MinInt

// NewList returns a list of the values, with room for exactly these. Close frees it.
func NewList[T comparable](vs ...T) *List[T] {
	refusePointers[T]()
	l := &List[T]{a: create[T](len(vs))}
	l.a.AppendSlice(vs)
	return l
}

// ListOf returns a list of what seq yields. If seq panics, the memory is freed.
func ListOf[T comparable](seq iter.Seq[T]) *List[T] {
	refusePointers[T]()
	l := &List[T]{a: create[T](0)}
	done := false
	defer func() {
		if !done {
			_ = l.Close() // it is open
		}
	}()
	l.a.AppendSeq(seq)
	done = true
	return l
}

// Clone returns a copy of the list.
func (l *List[T]) Clone() *List[T] {
	c := &List[T]{a: create[T](l.Len())}
	c.a.AppendSlice(l.a.s)
	runtime.KeepAlive(l)
	return c
}

// Close frees the memory. Any use of the list after that panics, but for a second Close, which returns ErrClosed.
func (l *List[T]) Close() error { return l.a.Close() }

// Array returns the array in which the elements stand. What is done to it is done to the list.
func (l *List[T]) Array() *Array[T] { return l.a }

// Len returns the number of elements.
func (l *List[T]) Len() int { return l.a.Len() }

// index turns an index that counts from the end into one that counts from the start. What is out of range stays so, and
// its user panics.
func (l *List[T]) index(i int) int {
	if i < 0 {
		if i += l.a.Len(); i < 0 {
			i -= l.a.Len() // let the panic name the index that was asked for
		}
	}
	return i
}

// At returns element i, counted from the end if i is negative: At(-1) is the last.
func (l *List[T]) At(i int) T { return l.a.At(l.index(i)) }

// Set changes element i, counted from the end if i is negative.
func (l *List[T]) Set(i int, v T) { l.a.Set(l.index(i), v) }

// Append adds an element at the end: amortised O(1).
func (l *List[T]) Append(v T) { l.a.Append(v) }

// Extend adds the elements of other, which may be the list itself, at the end.
func (l *List[T]) Extend(other *List[T]) {
	other.a.open()
	l.a.AppendSlice(other.a.s)
	runtime.KeepAlive(other)
}

// ExtendSlice adds the elements of vs, which may be a view of the list itself, at the end.
func (l *List[T]) ExtendSlice(vs []T) { l.a.AppendSlice(vs) }

// ExtendSeq adds the elements of seq at the end. If seq reads the list itself it sees what has been added, as in Python:
// l.ExtendSeq(l.Values()) ends only if the list is empty. Extend takes a list as it was.
func (l *List[T]) ExtendSeq(seq iter.Seq[T]) { l.a.AppendSeq(seq) }

// Insert puts v before element i, counted from the end if i is negative. What is beyond either end is that end.
func (l *List[T]) Insert(i int, v T) {
	n := l.Len()
	l.a.Insert(clamp(i, 0, n, n), v)
}

// Pop removes and returns the last element. It panics if there is none.
func (l *List[T]) Pop() T { return l.PopAt(-1) }

// PopAt removes and returns element i, counted from the end if i is negative.
func (l *List[T]) PopAt(i int) T {
	i = l.index(i)
	v := l.a.At(i)
	if i == len(l.a.s)-1 {
		l.a.Pop()
	} else {
		l.a.Delete(i, i+1)
	}
	l.shrink()
	return v
}

// Remove removes the first element equal to v, and reports whether there was one.
func (l *List[T]) Remove(v T) bool {
	i := Index(l.a, v)
	if i >= 0 {
		l.Delete(i)
	}
	return i >= 0
}

// Delete removes element i, counted from the end if i is negative: Python's del l[i].
func (l *List[T]) Delete(i int) { l.PopAt(i) }

// Clear removes all elements and frees their memory.
func (l *List[T]) Clear() {
	l.a.Clear()
	l.a.Clip()
}

// shrink gives memory back as CPython does: once less than half of it is in use, all but an eighth more than that. So
// the next shrink is half the list away and the next growth an eighth of it, and a list whose length goes up and down by
// one does not move each time.
func (l *List[T]) shrink() {
	n := len(l.a.s)
	if n >= cap(l.a.s)/2 || uint64(cap(l.a.s))*uint64(elementSize[T]()) <= firstBytes {
		return
	}
	if room := (n + n/8 + 6) &^ 3; n > 0 && room < cap(l.a.s) {
		if s, err := resize(l.a.block, l.a.s, room); err == nil { // else the list keeps what it has
			l.a.s = s
			l.a.check()
		}
		return
	}
	l.a.Clip()
}

// Reverse turns the order of the elements round.
func (l *List[T]) Reverse() { l.a.Reverse() }

// Index returns the index of the first element equal to v, or -1. It looks from start up to before stop if these are
// given, counted from the end if they are negative; what is beyond an end of the list is that end.
func (l *List[T]) Index(v T, startStop ...int) int {
	n := l.Len()
	start, stop := 0, n
	switch len(startStop) {
	case 0:
	case 1:
		start = clamp(startStop[0], 0, n, n)
	case 2:
		start, stop = clamp(startStop[0], 0, n, n), clamp(startStop[1], 0, n, n)
	default:
		panic("dynarray: List.Index: more bounds than a start and a stop")
	}
	if start == 0 && stop == n {
		return Index(l.a, v)
	}
	if start < stop {
		if i := slices.Index(l.a.s[start:stop], v); i >= 0 {
			return start + i
		}
	}
	runtime.KeepAlive(l)
	return -1
}

// Contains reports whether an element is equal to v.
func (l *List[T]) Contains(v T) bool { return Contains(l.a, v) }

// Count returns how many elements are equal to v.
func (l *List[T]) Count(v T) int { return Count(l.a, v) }

// Equal reports whether both lists have the same length and equal elements.
func (l *List[T]) Equal(other *List[T]) bool { return Equal(l.a, other.a) }

// Concat returns a list of the elements of both: Python's l + other.
func (l *List[T]) Concat(other *List[T]) *List[T] {
	other.a.open()
	c := &List[T]{a: create[T](l.Len() + len(other.a.s))}
	c.a.AppendSlice(l.a.s)
	c.a.AppendSlice(other.a.s)
	runtime.KeepAlive(l)
	runtime.KeepAlive(other)
	return c
}

// Repeat returns a list of the elements n times over: Python's l * n. Less than once is not at all.
func (l *List[T]) Repeat(n int) *List[T] {
	c := &List[T]{a: create[T](0)}
	if err := c.a.TryGrow(l.times(n)); err != nil {
		_ = c.Close() // it is open
		panic(err)
	}
	if n > 0 {
		c.a.s = append(c.a.s, l.a.s...)
		c.repeat(l.times(n))
	}
	runtime.KeepAlive(l)
	return c
}

// RepeatInPlace repeats the elements so that they stand in the list n times: Python's l *= n. Less than once clears it.
func (l *List[T]) RepeatInPlace(n int) {
	if n <= 0 {
		l.Clear()
		return
	}
	l.a.Grow(l.times(n) - l.Len())
	l.repeat(l.times(n))
}

// repeat doubles the elements until they are as many as there is room for already.
func (l *List[T]) repeat(many int) {
	for len(l.a.s) < many {
		l.a.s = append(l.a.s, l.a.s[:min(len(l.a.s), many-len(l.a.s))]...)
	}
}

// times returns how many elements n repetitions have.
func (l *List[T]) times(n int) int {
	once := l.Len()
	if n <= 0 || once == 0 {
		return 0
	}
	if n > math.MaxInt/once {
		panic(&NoMemoryError{Elements: -1, ElementSize: elementSize[T]()})
	}
	return once * n
}

// All iterates over indices and elements. The list may be changed in the loop: each step looks at it as it is then, and
// the loop ends where the list does.
func (l *List[T]) All() iter.Seq2[int, T] { return l.a.All() }

// Backward iterates over indices and elements from the last one down, as All does.
func (l *List[T]) Backward() iter.Seq2[int, T] { return l.a.Backward() }

// Values iterates over the elements, as All does.
func (l *List[T]) Values() iter.Seq[T] { return l.a.Values() }
