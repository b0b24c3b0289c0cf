package executable

import (
	"errors"
	"fmt"

	"golang.org/x/arch/x86/x86asm"
)

// TLSGOffset gives where a thread keeps its current goroutine, as an offset from the thread pointer (%fs). It is read
// off the code that loads it, for no symbol of it is left in a stripped file: runtime.systemstack does so first, either
// from a constant offset or, in position-independent code, through a register that was just set to it.
func (f *File) TLSGOffset() (int32, error) {
	fn, ok := f.FuncNamed("runtime.systemstack")
	if !ok {
		return 0, errors.New("executable: offset of g: no function runtime.systemstack")
	}
	code := make([]byte, fn.End-fn.Entry)
	if err := f.ReadAt(fn.Entry, code); err != nil {
		return 0, fmt.Errorf("executable: offset of g: %w", err)
	}
	set := make(map[x86asm.Reg]int64)
	for len(code) > 0 {
		inst, err := x86asm.Decode(code, 64)
		if err != nil {
			break
		}
		code = code[inst.Len:]
		if inst.Op != x86asm.MOV {
			continue
		}
		if reg, ok := inst.Args[0].(x86asm.Reg); ok {
			if imm, ok := inst.Args[1].(x86asm.Imm); ok {
				set[reg] = int64(imm)
				continue
			}
		}
		mem, ok := inst.Args[1].(x86asm.Mem)
		if !ok || mem.Segment != x86asm.FS {
			continue
		}
		if base, known := set[mem.Base]; mem.Base == 0 || known {
			return int32(base + mem.Disp), nil
		}
	}
	return 0, errors.New("executable: offset of g: runtime.systemstack does not load it as expected")
}
