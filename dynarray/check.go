package dynarray

import "fmt"

// check panics if the array breaks an invariant of doc.go, whose number it names. It is called wherever memory, the
// header or its owner changes; Append's fast path changes none of that but the length, up to the capacity.
func (a *Array[T]) check() {
	if !invariants {
		return
	}
	broken := 0
	switch {
	case (a.s == nil) != (a.block.site == nil):
		broken = 2
	case !a.block.busy && a.s != nil && elementSize[T]() > 0 && !backs(a.block, a.s):
		broken = 3
	case a.block.busy && cap(a.s) > 0:
		broken = 4
	}
	if broken > 0 {
		panic(fmt.Sprintf("dynarray: invariant %d: length %d, capacity %d, block %+v", broken, len(a.s), cap(a.s), *a.block))
	}
}
