package inspect_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/inspect"
)

// halt stops a process, as it is while a kernel writes a core of it, and gives what lets it go on.
func halt(t *testing.T, pid int) func() {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	require.Eventually(t, func() bool {
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		return err == nil && !slices.ContainsFunc(tasks, func(name string) bool {
			text, err := os.ReadFile(name)
			return err == nil && !bytes.Contains(text, []byte(") T "))
		})
	}, 20*time.Second, time.Millisecond)
	return func() { assert.NoError(t, syscall.Kill(pid, syscall.SIGCONT)) }
}

// writeCore writes what a kernel would write of a process: its writable memory, and the notes that tell the rest.
func writeCore(t *testing.T, pid int) string {
	t.Helper()
	defer halt(t, pid)()
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

	const fileHeader, progSize = 64, headerSize
	var out bytes.Buffer
	out.WriteString("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9))
	_ = binary.Write(&out, binary.LittleEndian, []uint16{4, 62})
	_ = binary.Write(&out, binary.LittleEndian, uint32(1))
	_ = binary.Write(&out, binary.LittleEndian, []uint64{0, fileHeader, 0})
	_ = binary.Write(&out, binary.LittleEndian, uint32(0))
	_ = binary.Write(&out, binary.LittleEndian, []uint16{fileHeader, progSize, uint16(len(parts) + 1), 64, 0, 0})
	offset := uint64(fileHeader + progSize*(len(parts)+1))
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

// holes makes holes in a core, one at a time, as if the kernel had left a piece of memory out.
type holes struct {
	file    *os.File
	headers []byte // of segments; the last one is to be had
	part    int    // the segment that the holes are in
	start   uint64 // address of it
}

const (
	headerSize   = 56 // of a segment's; in it:
	headerOffset = 8
	headerAddr   = 16
	headerBytes  = 32
)

// newHoles puts a table of headers, with one more, at the end of a core. The holes are in the segment that holds addr.
func newHoles(t *testing.T, path string, addr uint64) *holes {
	t.Helper()
	core, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = core.Close() })
	const tableAt, countAt = 32, 56
	first := make([]byte, 64)
	_, err = core.ReadAt(first, 0)
	require.NoError(t, err)
	n := int(binary.LittleEndian.Uint16(first[countAt:]))
	h := &holes{file: core, headers: make([]byte, (n+1)*headerSize)}
	_, err = core.ReadAt(h.headers[:n*headerSize], int64(binary.LittleEndian.Uint64(first[tableAt:])))
	require.NoError(t, err)
	for h.part = 1; addr-h.field(h.part, headerAddr) >= h.field(h.part, headerBytes); h.part++ {
		require.Less(t, h.part, n, "nothing in the core has %#x", addr)
	}
	h.start = h.field(h.part, headerAddr)
	info, err := core.Stat()
	require.NoError(t, err)
	binary.LittleEndian.PutUint64(first[tableAt:], uint64(info.Size()))
	binary.LittleEndian.PutUint16(first[countAt:], uint16(n+1))
	_, err = core.WriteAt(first, 0)
	require.NoError(t, err)
	_, err = core.WriteAt(h.headers, info.Size())
	require.NoError(t, err)
	return h
}

func (h *holes) field(segment, off int) uint64 {
	return binary.LittleEndian.Uint64(h.headers[segment*headerSize+off:])
}

// punch makes the hole. What is behind it is the last segment then.
func (h *holes) punch(t *testing.T, from, to uint64) {
	t.Helper()
	out := bytes.Clone(h.headers)
	one, rest := out[h.part*headerSize:][:headerSize], out[len(out)-headerSize:]
	copy(rest, one)
	end := h.start + h.field(h.part, headerBytes)
	binary.LittleEndian.PutUint64(one[headerBytes:], from-h.start)
	binary.LittleEndian.PutUint64(rest[headerOffset:], h.field(h.part, headerOffset)+to-h.start)
	binary.LittleEndian.PutUint64(rest[headerAddr:], to)
	binary.LittleEndian.PutUint64(rest[headerBytes:], end-to)
	info, err := h.file.Stat()
	require.NoError(t, err)
	_, err = h.file.WriteAt(out, info.Size()-int64(len(out)))
	require.NoError(t, err)
}

// A core that lacks a piece of the heap: what is reached only through that must not be called stranded.
func TestCoreWithHoles(t *testing.T) {
	pid, _ := start(t, build(t, "stranded"))
	path := writeCore(t, pid)
	_, snap := readCore(t, path)
	const page, pages, around = 8192, 4, 80
	first := snap.Live[1].Addr &^ (page - 1) // the heap begins anywhere in its segment, and what is made early lies together
	h := newHoles(t, path, first)
	told, doubted := 0, 0
	end := min(h.start+h.field(h.part, headerBytes), first+around*page)
	for from := max(h.start, first-around*page) + page; from+pages*page < end; from += pages * page {
		h.punch(t, from, from+pages*page)
		p, err := inspect.OpenCore(path, "")
		if err != nil {
			continue // the list of goroutines was there
		}
		snap, err := p.Snapshot(t.Context())
		require.NoError(t, err)
		require.NoError(t, p.Strand(t.Context(), snap))
		if snap.Stranded == nil {
			doubted++
			assert.Contains(t, strings.Join(snap.Warnings, "\n"), "what the goroutines can still reach is not known")
		} else {
			told++
		}
		for _, g := range snap.Goroutines {
			for _, f := range g.Frames {
				assert.False(t, snap.Stranded[g.ID] && strings.HasPrefix(f.Func, "main.healthy"), "%s, without %#x", f.Func, from)
			}
		}
		assert.NoError(t, p.Close())
	}
	t.Logf("%d holes that do not matter, %d that may", told, doubted)
	assert.Positive(t, told)
	assert.Positive(t, doubted)
}
