//go:build !cgo

package cdemo

// BreakCCall does nothing.
func BreakCCall() {}

// MendCCall does nothing.
func MendCCall() {}
