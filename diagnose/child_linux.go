package diagnose

import "syscall"

// boundToParent makes a child die with the thread that started it, however that ends, and puts it in a process group of
// its own, so that Ctrl-C on the terminal reaches only us.
func boundToParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
