//go:build !linux

package dynarray

func mapReserve(uintptr) uintptr                              { return 0 }
func mapForbid(_, _ uintptr)                                  {}
func advise(_, _, _ uintptr, _ HugePages)                     {}
func mapCommit(_, _ uintptr) bool                             { return false }
func mapDrop(_, _ uintptr)                                    {}
func mapFree(_, _ uintptr)                                    {}
func mapAligned(uintptr, HugePages) (address, span uintptr)   { return 0, 0 }
func mapShrink(_, old, _ uintptr) uintptr                     { return old }
func mapGrow(_, _, _ uintptr, _ HugePages) (moved, s uintptr) { return 0, 0 }

// file is never made here.
type file struct{ store }
