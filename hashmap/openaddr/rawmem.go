package openaddr

import "unsafe"

// The package's only unsafe file: indexing without a bounds check. The table's two slices never change their length
// while they are in use, groups is the length of one and a seventh of that of the other, and every index below is
// g < groups or g*groupSlots + (0..6): the pointers stay inside the allocation that they come from (rule 3 of
// package unsafe, as unsafe.Add).

// word points to the control word of group g.
func (t *table[K, V]) word(g uint64) *uint64 {
	return (*uint64)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(t.words)), g*8))
}

// slot points to slot at, counted through all groups.
func (t *table[K, V]) slot(at int) *slot[K, V] {
	var s slot[K, V]
	return (*slot[K, V])(unsafe.Add(unsafe.Pointer(unsafe.SliceData(t.slots)), uintptr(at)*unsafe.Sizeof(s)))
}
