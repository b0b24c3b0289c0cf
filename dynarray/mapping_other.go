//go:build !linux

package dynarray

func mapReserve(uintptr) uintptr                        { return 0 }
func mapForbid(_, _ uintptr)                            {}
func advise(_, _, _ uintptr, _ HugePages)               {}
func mapCommit(_, _ uintptr) bool                       { return false }
func mapDrop(_, _ uintptr)                              {}
func mapFree(_, _ uintptr)                              {}
func mapAligned(uintptr) (address, span uintptr)        { return 0, 0 }
func mapShrink(_, old, _ uintptr) uintptr               { return old }
func mapGrow(_, _, _ uintptr) (moved, s uintptr)        { return 0, 0 }
func mapAhead(m mapped, _ uintptr, _ HugePages) uintptr { return m.span }

// file is never made here.
type file struct{ store }
