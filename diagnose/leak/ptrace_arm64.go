package leak

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Attaching is only known on amd64 so far; starting a program under the tracer works here too.

func (c *Caller) try(uint64, string, uint64, uint64) error {
	return errors.New("the frame of a signal handler is only known on amd64: start the program under innards leak instead")
}

func stackPointer(regs *unix.PtraceRegs) uint64 { return regs.Sp }

// registers are all that may hold a pointer.
func registers(regs *unix.PtraceRegs) []uint64 { return append(regs.Regs[:], regs.Sp, regs.Pc) }
