package inspect

import (
	"fmt"
	"os"
)

// ReadByFile makes the process be read by /proc/PID/mem, as where process_vm_readv is filtered.
func (p *Process) ReadByFile() (err error) {
	p.mem.file, err = os.Open(fmt.Sprintf("/proc/%d/mem", p.pid))
	return err
}

// What the tests from outside need to build programs with older toolchains.
var (
	Releases      = releases
	ToolchainHere = toolchainHere
	BuildWith     = buildWith
)
