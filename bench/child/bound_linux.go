package child

import "syscall"

// bound has the kernel end the child should its parent die without a word.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
