package leak

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// pageSize is the machine's.
const pageSize = 4096

// maxImage bounds what is copied of a process.
const maxImage = 2 << 30

// mapping is a piece of a process's address space.
type mapping struct {
	start, end         uint64
	readable, writable bool
	name               string // of a file, or of what the kernel has a name for; "" for other memory
}

// readMappings lists the address space.
func readMappings(pid int) ([]mapping, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	return parseMappings(f)
}

func parseMappings(r io.Reader) ([]mapping, error) {
	var maps []mapping
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Fields(lines.Text()) // START-END PERM OFFSET DEV INODE NAME
		bad := fmt.Errorf("line %q of the list of mappings is not understood", lines.Text())
		if len(fields) < 5 || len(fields[1]) != 4 {
			return nil, bad
		}
		from, to, _ := strings.Cut(fields[0], "-")
		start, err1 := strconv.ParseUint(from, 16, 64)
		end, err2 := strconv.ParseUint(to, 16, 64)
		if err1 != nil || err2 != nil {
			return nil, bad
		}
		m, perm := mapping{start: start, end: end, name: strings.Join(fields[5:], " ")}, fields[1]
		m.readable, m.writable = perm[0] == 'r', perm[1] == 'w'
		maps = append(maps, m)
	}
	return maps, lines.Err()
}

// run is a piece of memory and its copy.
type run struct {
	start uint64
	data  []byte
}

func (r run) end() uint64 { return r.start + uint64(len(r.data)) }

// image is a copy of the writable memory of a process, as far as it has pages.
type image struct {
	runs []run // by address
}

// reserve gives a buffer for an image of about that many bytes, all of whose pages are there: to be given them one by one
// while the process waits would double its pause.
func reserve(buf []byte, bytes int) []byte {
	if len(buf) < bytes {
		buf = make([]byte, bytes)
	}
	for i := 0; i < len(buf); i += pageSize {
		buf[i] = 1
	}
	return buf
}

// copyImage copies the pages of some mappings into buf, or beyond it where buf is too small.
func copyImage(pid int, maps []mapping, buf []byte) (*image, error) {
	pages, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		return nil, err
	}
	defer pages.Close() //nolint:errcheck // opened for reading
	im := &image{}
	total := 0
	for _, m := range maps {
		present, err := presentPages(pages, m)
		if err != nil {
			return nil, err
		}
		for _, p := range present {
			n := int(p.end - p.start)
			if total += n; total > maxImage {
				return nil, fmt.Errorf("it has more than %d MiB of its own", maxImage>>20)
			}
			if n > len(buf) {
				buf = make([]byte, n)
			}
			im.runs = append(im.runs, run{p.start, buf[:n:n]})
			buf = buf[n:]
		}
	}
	return im, im.read(pid)
}

// presentPages gives the parts of a mapping that have pages, in memory or swapped out. To read the others would only make
// the process's page tables grow.
func presentPages(pagemap *os.File, m mapping) ([]mapping, error) {
	entries := make([]byte, min((m.end-m.start)/pageSize, 1<<16)*8)
	var out []mapping
	for at := m.start; at < m.end; {
		n, err := pagemap.ReadAt(entries[:min(uint64(len(entries)), (m.end-at)/pageSize*8)], int64(at/pageSize*8))
		if n < 8 {
			return out, err
		}
		for e := entries[:n&^7]; len(e) > 0; e = e[8:] {
			if binary.LittleEndian.Uint64(e)>>62 != 0 {
				if last := len(out) - 1; last >= 0 && out[last].end == at {
					out[last].end += pageSize
				} else {
					out = append(out, mapping{start: at, end: at + pageSize})
				}
			}
			at += pageSize
		}
	}
	return out, nil
}

// read fills the runs. What cannot be read is left out: a mapping of a device, or a file that was cut.
func (im *image) read(pid int) error {
	kept := im.runs[:0]
	for _, r := range im.runs {
		local := unix.Iovec{Base: &r.data[0]}
		local.SetLen(len(r.data))
		n, err := unix.ProcessVMReadv(pid, []unix.Iovec{local}, []unix.RemoteIovec{{Base: uintptr(r.start), Len: len(r.data)}}, 0)
		if err != nil && !errors.Is(err, unix.EFAULT) {
			return err
		}
		if n = max(n, 0) &^ 7; n > 0 {
			r.data = r.data[:n]
			kept = append(kept, r)
		}
	}
	im.runs = kept
	return nil
}

// each calls f for the copies of what lies between two addresses.
func (im *image) each(start, end uint64, f func(data []byte)) {
	if start >= end {
		return
	}
	i := sort.Search(len(im.runs), func(i int) bool { return im.runs[i].end() > start })
	for ; i < len(im.runs) && im.runs[i].start < end; i++ {
		r := im.runs[i]
		f(r.data[max(start, r.start)-r.start : min(end, r.end())-r.start])
	}
}

// word reads one word; 0 where there is none.
func (im *image) word(addr uint64) (w uint64) {
	im.each(addr&^7, addr&^7+8, func(data []byte) { w = binary.LittleEndian.Uint64(data) })
	return w
}
