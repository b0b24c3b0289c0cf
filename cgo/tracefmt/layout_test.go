package tracefmt

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The layout stands twice, in C and in Go. The compiler of the C side is asked for its offsets.
func TestLayoutIsTheTracers(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler")
	}
	var h header
	var g GoRuntime
	var m moduleRecord
	var s slot
	var st stackRecord
	want := map[string]uintptr{
		"sizeof(struct stream_module)":                 256,
		"offsetof(struct stream_header, version)":      unsafe.Offsetof(h.Version),
		"offsetof(struct stream_header, file_bytes)":   unsafe.Offsetof(h.FileBytes),
		"offsetof(struct stream_header, modules_at)":   unsafe.Offsetof(h.ModulesAt),
		"offsetof(struct stream_header, stacks_at)":    unsafe.Offsetof(h.StacksAt),
		"offsetof(struct stream_header, slots_at)":     unsafe.Offsetof(h.SlotsAt),
		"offsetof(struct stream_header, slots)":        unsafe.Offsetof(h.Slots),
		"offsetof(struct stream_header, period)":       unsafe.Offsetof(h.Period),
		"offsetof(struct stream_header, target_ino)":   unsafe.Offsetof(h.TargetIno),
		"offsetof(struct stream_header, go)":           unsafe.Offsetof(h.Go),
		"offsetof(struct stream_header, pid)":          unsafe.Offsetof(h.PID),
		"offsetof(struct stream_header, modules_used)": unsafe.Offsetof(h.ModulesUsed),
		"offsetof(struct stream_header, stacks_used)":  unsafe.Offsetof(h.StacksUsed),
		"offsetof(struct stream_header, lost_allocs)":  unsafe.Offsetof(h.LostAllocs),
		"offsetof(struct stream_header, lost_frees)":   unsafe.Offsetof(h.LostFrees),
		"offsetof(struct stream_header, lost_stacks)":  unsafe.Offsetof(h.LostStacks),
		"offsetof(struct stream_header, answers)":      unsafe.Offsetof(h.Answers),
		"offsetof(struct stream_header, hooked)":       unsafe.Offsetof(h.Hooked),
		"offsetof(struct stream_header, head)":         unsafe.Offsetof(h.Head),
		"offsetof(struct stream_header, tail)":         unsafe.Offsetof(h.Tail),
		"sizeof(struct stream_header)":                 unsafe.Sizeof(h),
		"offsetof(struct stream_go, tls_g)":            unsafe.Offsetof(g.TLSG),
		"offsetof(struct stream_go, g_stack_hi)":       unsafe.Offsetof(g.GStackHi),
		"offsetof(struct stream_go, g_sched_bp)":       unsafe.Offsetof(g.GSchedBP),
		"offsetof(struct stream_go, g_syscall_sp)":     unsafe.Offsetof(g.GSyscallSP),
		"offsetof(struct stream_go, g_syscall_bp)":     unsafe.Offsetof(g.GSyscallBP),
		"offsetof(struct stream_go, m_curg)":           unsafe.Offsetof(g.MCurg),
		"offsetof(struct stream_go, m_in_call)":        unsafe.Offsetof(g.MInCall),
		"sizeof(struct stream_go)":                     unsafe.Sizeof(g),
		"offsetof(struct stream_module, bias)":         unsafe.Offsetof(m.Bias),
		"offsetof(struct stream_module, path)":         unsafe.Offsetof(m.Path),
		"offsetof(struct stream_stack, hook)":          unsafe.Offsetof(st.Hook),
		"sizeof(struct stream_stack)":                  unsafe.Sizeof(st),
		"offsetof(struct stream_slot, stack)":          unsafe.Offsetof(s.Stack),
		"offsetof(struct stream_slot, addr)":           unsafe.Offsetof(s.Addr),
		"offsetof(struct stream_slot, size_kind)":      unsafe.Offsetof(s.SizeKind),
		"offsetof(struct stream_slot, time)":           unsafe.Offsetof(s.Time),
		"sizeof(struct stream_slot)":                   unsafe.Sizeof(s),
		"STREAM_VERSION":                               version,
		"KIND_START":                                   uintptr(Start),
		"KIND_ALLOC":                                   uintptr(Alloc),
		"KIND_FREE":                                    uintptr(Free),
		"KIND_ACCOUNT":                                 uintptr(Accounted),
		"HOOK_MEMALIGN":                                5,
		"HOOK_MMAP":                                    uintptr(hookMmap),
		"HOOK_OPEN":                                    uintptr(hookOpen),
		"REQUEST_DETACH":                               uintptr(Detach),
		"HOOK_THREAD":                                  uintptr(hookThread),
	}
	src := "#include <stdio.h>\n#include \"stream.h\"\nint main(void) {\n"
	for expr := range want {
		src += `printf("%s=%lu\n", ` + strconv.Quote(expr) + `, (unsigned long)(` + expr + "));\n"
	}
	exe := filepath.Join(t.TempDir(), "layout")
	build := exec.Command(cc, "-std=gnu11", "-I", "../malloctrace", "-x", "c", "-", "-o", exe)
	build.Stdin = strings.NewReader(src + "return 0; }\n")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(exe).Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, len(want))
	for _, line := range lines {
		expr, value, _ := strings.Cut(line, "=")
		assert.Equal(t, strconv.FormatUint(uint64(want[expr]), 10), value, expr)
	}
}
