//go:build !linux

package child

import "syscall"

// bound asks for nothing: there is no such thing here.
func bound() *syscall.SysProcAttr { return nil }
