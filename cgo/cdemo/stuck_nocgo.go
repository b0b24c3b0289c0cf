//go:build !cgo

package cdemo

// Linked tells whether the C is part of this program.
const Linked = false

// BreakCLock and the others do nothing: there is no C in this program to be stuck in.
func BreakCLock() {}

// MendCLock does nothing.
func MendCLock() {}

// BreakCCallback does nothing.
func BreakCCallback() {}

// MendCCallback does nothing.
func MendCCallback() {}
