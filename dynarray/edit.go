package dynarray

import (
	"iter"
	"runtime"
	"slices"

	"innards/dynarray/kernel"
)

// AppendSlice adds the elements of vs at the end. vs may be a view of the array itself.
func (a *Array[T]) AppendSlice(vs []T) { a.Insert(a.Len(), vs...) }

// AppendSeq adds the elements of seq at the end. seq may read the array itself, and will see what has been added.
func (a *Array[T]) AppendSeq(seq iter.Seq[T]) {
	a.open()
	for v := range seq {
		a.Append(v)
	}
}

// Insert puts the elements of vs before element i, or at the end if i is the length. vs may be a view of the array
// itself: what is inserted are its elements as they were.
func (a *Array[T]) Insert(i int, vs ...T) { a.Replace(i, i, vs...) }

// Delete removes the elements [i, j).
func (a *Array[T]) Delete(i, j int) {
	a.open()
	n := len(a.s)
	_ = a.s[:n:n][i:j] // panics with the runtime's own error
	kernel.Move(a.s[i:], a.s[j:])
	a.s = a.s[:n-(j-i)]
	if a.mayRecede() {
		a.recede(n)
	}
	a.check()
}

// Replace puts the elements of vs, which may be a view of the array itself, in the place of the elements [i, j).
func (a *Array[T]) Replace(i, j int, vs ...T) {
	a.open()
	n := len(a.s)
	_ = a.s[:n:n][i:j] // panics with the runtime's own error
	if overlaps(a.block, vs) {
		vs = slices.Clone(vs)
	}
	if more := len(vs) - (j - i); more > cap(a.s)-n {
		a.grow(more)
	}
	end := i + len(vs)
	s := a.s[:n+len(vs)-(j-i)]
	kernel.Move(s[end:], a.s[j:n])
	copy(s[i:end], vs)
	a.s = s
	if len(s) < n && a.mayRecede() {
		a.recede(n)
	}
	a.check()
}

// Reverse turns the order of the elements round.
func (a *Array[T]) Reverse() {
	a.open()
	kernel.Reverse(a.s)
	runtime.KeepAlive(a)
}

// Clone returns a copy of the array, without spare capacity, to be closed on its own.
func (a *Array[T]) Clone() *Array[T] {
	a.open()
	c := create[T](len(a.s))
	c.s = append(c.s, a.s...)
	runtime.KeepAlive(a)
	return c
}
