package dynarray

import (
	"fmt"
	"runtime"
)

// A slice of a Python list is start:stop:step. Bounds count from the end when they are negative, and are clamped to the
// list: no slice is out of range. With a negative step it runs down from start to above stop, and the place before the
// first element, where it ends at the latest, is then a bound as well (-1, which no index can say: it counts from the
// end). A step of 1 is a range of the array, which can be replaced by any number of elements; any other picks single
// elements, which can be replaced by as many only.

// clamp turns a bound that counts from the end into one that counts from the start, and puts it between least and most.
func clamp(i, least, most, n int) int {
	if i < 0 {
		i = max(i, -n-1) + n // without overflow; -1 is before the first
	}
	return min(max(i, least), most)
}

// pick is the elements that a slice stands for: count of them from the index first, each step after the one before.
type pick struct{ first, step, count int }

// pick finds the elements of a slice.
func (l *List[T]) pick(start, stop, step int) pick {
	n := l.Len()
	switch {
	case step == 0:
		panic("dynarray: List: slice step cannot be zero")
	case step > 0:
		if stop == Open {
			stop = n
		}
		start, stop = clamp(start, 0, n, n), clamp(stop, 0, n, n)
		if start >= stop {
			return pick{start, step, 0}
		}
		return pick{start, step, (stop-start-1)/step + 1}
	}
	if start == Open {
		start = n
	}
	start, stop = clamp(start, -1, n-1, n), clamp(stop, -1, n-1, n)
	if start <= stop {
		return pick{start, step, 0}
	}
	return pick{start, step, int(uint(start-stop-1)/-uint(step)) + 1} // unsigned: -step of the least int is no int
}

// each calls f with the number and the index of each element picked.
func (p pick) each(f func(k, i int)) {
	for k, i := 0, p.first; k < p.count; k++ {
		f(k, i)
		if k+1 < p.count { // the next index may be no int at all
			i += p.step
		}
	}
}

// Slice returns a new list of the elements from start up to before stop, each step after the one before: Python's
// l[start:stop:step]. A bound may be left out with Open. It panics if step is 0.
func (l *List[T]) Slice(start, stop, step int) *List[T] {
	p := l.pick(start, stop, step)
	c := &List[T]{a: create[T](p.count)}
	if step == 1 {
		c.a.AppendSlice(l.a.s[p.first : p.first+p.count])
	} else {
		p.each(func(_, i int) { c.a.Append(l.a.s[i]) })
	}
	runtime.KeepAlive(l)
	return c
}

// SetSlice puts the elements of vs, which may be a view of the list itself, in the place of those that Slice with these
// bounds returns: Python's l[start:stop:step] = vs. If step is 1, vs may have any length, and the list grows or shrinks;
// else it must have that of the slice, or SetSlice panics and changes nothing.
func (l *List[T]) SetSlice(start, stop, step int, vs ...T) {
	p := l.pick(start, stop, step)
	if step == 1 {
		l.a.Replace(p.first, p.first+p.count, vs...)
		l.shrink()
		return
	}
	if len(vs) != p.count {
		panic(fmt.Sprintf("dynarray: List.SetSlice: %d elements for a slice of %d", len(vs), p.count))
	}
	if overlaps(l.a.block, vs) {
		vs = append([]T(nil), vs...)
	}
	p.each(func(k, i int) { l.a.s[i] = vs[k] })
}

// DeleteSlice removes the elements that Slice with these bounds returns: Python's del l[start:stop:step].
func (l *List[T]) DeleteSlice(start, stop, step int) {
	p := l.pick(start, stop, step)
	if p.count == 0 {
		return
	}
	if p.step < 0 { // the same elements from the lowest up
		p = pick{p.first + (p.count-1)*p.step, -p.step, p.count}
	}
	if p.count == 1 || p.step == 1 {
		l.a.Delete(p.first, p.first+p.count)
	} else {
		s, to := l.a.s, p.first
		p.each(func(k, i int) {
			end := len(s)
			if k+1 < p.count {
				end = i + p.step
			}
			to += copy(s[to:], s[i+1:end])
		})
		l.a.Delete(to, len(s))
	}
	l.shrink()
}
