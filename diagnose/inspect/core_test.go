package inspect_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/inspect"
)

// writeCore writes what a kernel would write of a process: its writable memory, and the notes that tell the rest.
func writeCore(t *testing.T, pid int) string {
	t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	require.NoError(t, err)
	defer func() { _ = maps.Close() }()
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	require.NoError(t, err)
	defer func() { _ = mem.Close() }()
	auxv, err := os.ReadFile(fmt.Sprintf("/proc/%d/auxv", pid))
	require.NoError(t, err)

	type part struct {
		addr uint64
		data []byte
	}
	var parts []part
	var rows, names bytes.Buffer
	files := uint64(0)
	word := binary.LittleEndian.AppendUint64
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		var start, end, offset uint64
		_, err := fmt.Sscanf(fields[0]+" "+fields[2], "%x-%x %x", &start, &end, &offset)
		require.NoError(t, err)
		if len(fields) > 5 && fields[5][0] == '/' {
			rows.Write(word(word(word(nil, start), end), offset/4096))
			names.WriteString(fields[5] + "\x00")
			files++
		}
		if !strings.HasPrefix(fields[1], "rw") || end-start > 1<<28 {
			continue
		}
		data := make([]byte, end-start)
		if _, err := mem.ReadAt(data, int64(start)); err == nil {
			parts = append(parts, part{start, data})
		}
	}
	var notes bytes.Buffer
	note := func(kind uint32, data []byte) {
		_ = binary.Write(&notes, binary.LittleEndian, []uint32{5, uint32(len(data)), kind})
		notes.WriteString("CORE\x00\x00\x00\x00")
		notes.Write(data)
		notes.Write(make([]byte, -len(data)&3))
	}
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	require.NoError(t, err)
	for range tasks {
		note(1, make([]byte, 336))
	}
	process := make([]byte, 136)
	binary.LittleEndian.PutUint32(process[24:], uint32(pid))
	note(3, process)
	note(6, auxv)
	note(0x46494c45, append(append(word(word(nil, files), 4096), rows.Bytes()...), names.Bytes()...))

	const headerSize, progSize = 64, 56
	var out bytes.Buffer
	out.WriteString("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9))
	_ = binary.Write(&out, binary.LittleEndian, []uint16{4, 62})
	_ = binary.Write(&out, binary.LittleEndian, uint32(1))
	_ = binary.Write(&out, binary.LittleEndian, []uint64{0, headerSize, 0})
	_ = binary.Write(&out, binary.LittleEndian, uint32(0))
	_ = binary.Write(&out, binary.LittleEndian, []uint16{headerSize, progSize, uint16(len(parts) + 1), 64, 0, 0})
	offset := uint64(headerSize + progSize*(len(parts)+1))
	prog := func(kind uint32, addr, size uint64) {
		_ = binary.Write(&out, binary.LittleEndian, []uint32{kind, 6})
		_ = binary.Write(&out, binary.LittleEndian, []uint64{offset, addr, 0, size, size, 1})
		offset += size
	}
	prog(4, 0, uint64(notes.Len()))
	for _, p := range parts {
		prog(1, p.addr, uint64(len(p.data)))
	}
	out.Write(notes.Bytes())
	for _, p := range parts {
		out.Write(p.data)
	}
	path := filepath.Join(t.TempDir(), "core")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}

// readCore opens a core and takes a snapshot of it.
func readCore(t *testing.T, path string) (*inspect.Process, *inspect.Snapshot) {
	t.Helper()
	p, err := inspect.OpenCore(path, "")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	snap, err := p.Snapshot(t.Context())
	require.NoError(t, err)
	return p, snap
}

// TestCore reads the core of a program in every kind of wait: as much must be seen as in the living process.
func TestCore(t *testing.T) {
	for _, linking := range []int{0, 3} {
		linking := linkings[linking]
		t.Run(linking.name, func(t *testing.T) {
			exe := build(t, "waits", linking.args...)
			pid, r := start(t, exe)
			path := writeCore(t, pid)
			p, snap := readCore(t, path)
			for range 2 { // a goroutine of the runtime may have been between two frames just then
				if len(snap.Warnings) > 0 {
					path = writeCore(t, pid)
					p, snap = readCore(t, path)
				}
			}
			assert.Equal(t, pid, p.CorePID())
			assert.Empty(t, snap.Warnings)
			assert.Positive(t, snap.Threads)
			compare(t, snap, r.Dump)
			checkWaits(t, snap, r.Objects)
			require.NoError(t, p.Strand(t.Context(), snap))
			assert.NotNil(t, snap.Stranded)
			assert.Empty(t, p.KernelWaits(snap))

			// Another build is not taken for the program.
			_, err := inspect.OpenCore(path, build(t, "many", linking.args...))
			require.ErrorContains(t, err, "--exe")
			_, err = inspect.OpenCore(path, "/nowhere")
			require.ErrorContains(t, err, "--exe")
		})
	}
}

// A core that is cut anywhere gives what is there and says so, or says what is missing.
func TestCoreCutShort(t *testing.T) {
	pid, _ := start(t, build(t, "many"), "20", "0")
	path := writeCore(t, pid)
	info, err := os.Stat(path)
	require.NoError(t, err)
	read := 0
	for i := int64(19); i >= 0; i-- {
		require.NoError(t, os.Truncate(path, info.Size()*i/20))
		p, err := inspect.OpenCore(path, "")
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
			assert.Contains(t, err.Error(), "core "+path)
			continue
		}
		snap, err := p.Snapshot(t.Context())
		if err == nil {
			read++
			assert.Contains(t, strings.Join(snap.Warnings, "\n"), "the core is cut short")
		}
		assert.NoError(t, p.Close())
	}
	assert.Positive(t, read)
}

func TestCoreRefuses(t *testing.T) {
	for name, says := range map[string]string{
		build(t, "many"):        "not a core",
		"/nowhere/core":         "no such file",
		"testdata/many/main.go": "not an ELF file",
	} {
		_, err := inspect.OpenCore(name, "")
		require.ErrorContains(t, err, says)
	}
}
