package orderedmap

import "unsafe"

// The package's only unsafe file.

// slotAt points to slot i of the index, without a bounds check: 0 <= i < len(m.slots) for every home, as the shift
// leaves no more bits than that, and for every successor of a slot, as it is masked. So the pointer stays inside the
// allocation that it comes from (rule 3 of package unsafe, as unsafe.Add).
func (m *Map[K, V]) slotAt(i int) *slot {
	return (*slot)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(m.slots)), uintptr(i)*unsafe.Sizeof(slot(0))))
}
