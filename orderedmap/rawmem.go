package orderedmap

import "unsafe"

// The package's only unsafe file.

// slotAt points to slot i of the index, without a bounds check: 0 <= i < len(m.slots) for every home, as the shift
// leaves no more bits than that, and for every successor of a slot, as it is masked. So the pointer stays inside the
// allocation that it comes from (rule 3 of package unsafe, as unsafe.Add).
func (m *Map[K, V]) slotAt(i int) *slot {
	return (*slot)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(m.slots)), uintptr(i)*unsafe.Sizeof(slot(0))))
}

// slotAt is Map's for a Linked, whose hashes are shifted likewise.
func (l *Linked[K, V]) slotAt(i int) *linkSlot {
	return (*linkSlot)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(l.slots)), uintptr(i)*unsafe.Sizeof(linkSlot(0))))
}

// slotLine is the address of slot i, for prefetch, which reads nothing there.
func (m *Map[K, V]) slotLine(i int) *byte { return (*byte)(unsafe.Pointer(m.slotAt(i))) }

// entryLine is the address of an entry, likewise.
func entryLine[K comparable, V any](e *entry[K, V]) *byte { return (*byte)(unsafe.Pointer(e)) }

// textLine is the address of a string's bytes, likewise.
func textLine(s string) *byte { return unsafe.StringData(s) }

// boxed returns the string at p as a value of type S in an interface that points to p, where a conversion would copy its
// header to an allocation of its own. Sound as long as nobody writes *p again: the value in an interface never changes. An
// interface of a type that is no pointer is two words, the type and where the value is, in every Go so far.
func boxed[S ~string](p *string) any {
	var value any = S("")
	(*[2]unsafe.Pointer)(unsafe.Pointer(&value))[1] = unsafe.Pointer(p)
	return value
}
