package hangdemo

import (
	_ "embed"
	"os/exec"
	"syscall"
)

//go:embed childstopped.go
var childStoppedSource string

// startSleeper starts a child that dies with this process, and at the latest after a minute.
func startSleeper(seconds string) *exec.Cmd {
	cmd := exec.Command("sleep", seconds)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		panic(err) // there is no sleep, or no more processes: not what this is about
	}
	return cmd
}

// stop returns once the child stands: a signal takes its time.
func stop(child *exec.Cmd) {
	_ = child.Process.Signal(syscall.SIGSTOP)
	var status syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(child.Process.Pid, &status, syscall.WUNTRACED, nil); err != syscall.EINTR {
			return
		}
	}
}

func await(cmd *exec.Cmd) {
	_ = cmd.Wait() // want waits
}

// breakChildStopped is the fault: the child is stopped, as by a job-control shell, a debugger, or a read from a terminal
// in the background; and nobody lets it go on. (The one here would not end for a minute anyway.)
func breakChildStopped() {
	cmd := startSleeper("60")
	stop(cmd)
	go await(cmd) // want created
}

// mendChildStopped lets it go on.
func mendChildStopped() {
	cmd := startSleeper("0")
	_ = cmd.Process.Signal(syscall.SIGSTOP)
	_ = cmd.Process.Signal(syscall.SIGCONT)
	await(cmd)
}
