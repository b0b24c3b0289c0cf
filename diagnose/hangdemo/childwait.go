package hangdemo

import (
	"bytes"
	_ "embed"
	"os"
	"os/exec"
)

//go:embed childwait.go
var childWaitSource string

// runScript runs a script and gives what it printed. The fault is in the script: it leaves a process behind that has
// inherited its output. Wait returns when the output has ended, and it ends when the last process has closed it. keep is
// what that process reads; it ends with this one.
func runScript(script string, keep *os.File) (string, error) {
	var out bytes.Buffer
	cmd := exec.Command("sh", "-c", script)
	cmd.Stdout = &out
	cmd.ExtraFiles = []*os.File{keep}
	err := cmd.Run() // want waits
	return out.String(), err
}

const (
	leavesOne = "echo started; cat <&3 &"
	// leavesOneApart gives the process an output of its own. (Cmd.WaitDelay helps as well, where the script cannot be
	// changed.)
	leavesOneApart = "echo started; cat <&3 >/dev/null 2>&1 &"
)

// lifeline is a pipe that nobody writes to: who reads it ends when this process does.
func lifeline() (out, in *os.File) {
	out, in, err := os.Pipe()
	if err != nil {
		panic(err) // no descriptors left: not what this is about
	}
	return out, in
}

func breakChildWait() {
	out, in := lifeline()
	go waitFor(out, in) // want created
}

func waitFor(out, in *os.File) {
	_, _ = runScript(leavesOne, out)
	_ = in.Close()
}

func mendChildWait() {
	out, in := lifeline()
	_, _ = runScript(leavesOneApart, out)
	_ = in.Close()
}
