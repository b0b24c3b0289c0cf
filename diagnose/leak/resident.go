package leak

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Resident is a process's memory as the kernel sees it, in bytes, divided as far as it can be known from outside. What
// cannot stays in Other; the parts add up to RSS.
type Resident struct {
	RSS    int64 `json:"rss"`
	Go     int64 `json:"go"`     // the Go heap, goroutine stacks included
	CLive  int64 `json:"c_live"` // living C blocks, as asked for; sampled, hence an estimate
	CFree  int64 `json:"c_free"` // the rest of the C heap: free blocks, and what the allocator adds to each living one
	Mmap   int64 `json:"mmap"`   // files: the program, its libraries, mapped data
	Stacks int64 `json:"stacks"` // of threads
	Tracer int64 `json:"tracer"` // ours, there because of the tracing
	Other  int64 `json:"other"`  // other memory: what Go keeps about its heap, what C maps, variables

	// CBefore is what C blocks from before the tracer came take, as the allocator says. Only a process that was attached to
	// has such.
	CBefore int64 `json:"c_before,omitempty"`

	heap int64 // the C heap
}

// ReadResident reads a living process. CLive and Other are for Close to set.
//
// The stream is a file in the memory of the process that is ours, not its own.
func ReadResident(pid int, stream string) (Resident, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/smaps", pid))
	if err != nil {
		return Resident{}, fmt.Errorf("leak: resident memory: %w", err)
	}
	defer f.Close() //nolint:errcheck // opened for reading
	return parseSmaps(f, stream)
}

func parseSmaps(r io.Reader, stream string) (Resident, error) {
	var res Resident
	class := &res.Other
	var before smapsEntry
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if kb, ok := strings.CutPrefix(line, "Rss:"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 10, 64)
			if err != nil {
				return Resident{}, fmt.Errorf("leak: resident memory: line %q: %w", line, err)
			}
			res.RSS += n << 10
			*class += n << 10
			continue
		}
		// A mapping begins with "START-END PERM OFFSET DEV INODE NAME", its figures with "Key:".
		fields := strings.Fields(line)
		if len(fields) < 5 || strings.HasSuffix(fields[0], ":") {
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		e := smapsEntry{perm: fields[1], name: strings.Join(fields[5:], " ")}
		e.start, _ = strconv.ParseUint(from, 16, 64) // 0, which no mapping has, is of no class
		e.end, _ = strconv.ParseUint(to, 16, 64)
		class = res.class(&e, before, stream)
		before = e
	}
	if err := lines.Err(); err != nil {
		return Resident{}, fmt.Errorf("leak: resident memory: %w", err)
	}
	return res, nil
}

// smapsEntry is a mapping as smaps lists it.
type smapsEntry struct {
	start, end uint64
	perm, name string
	library    bool // the tracer's, whose variables follow it
}

// The kernel puts what it is free to place above the one address. Go's runtime asks for a place for its heap below that, at
// the other address or, since Go 1.26, at a random one.
const kernelsChoice, goHeapStart = 0x700000000000, 0xc000000000

// largestGuard is the room before a thread's stack that nobody may touch.
const largestGuard = 64 << 10

// class finds the part of the account that a mapping belongs to, from what it is and what lies before it.
func (r *Resident) class(e *smapsEntry, before smapsEntry, stream string) *int64 {
	follows := before.end == e.start
	switch {
	case strings.Contains(e.name, "/malloctrace-"):
		e.library = true
		return &r.Tracer
	case e.name == stream && stream != "", e.name == "" && follows && before.library:
		return &r.Tracer
	case strings.HasPrefix(e.name, "/"):
		return &r.Mmap
	case e.name == "[heap]":
		return &r.heap
	case e.name == "[stack]":
		return &r.Stacks
	case strings.HasPrefix(e.name, "[anon: Go: heap"),
		e.name == "" && e.start >= goHeapStart && e.end <= kernelsChoice && (!follows || !strings.HasPrefix(before.name, "/")):
		return &r.Go
	case e.name == "" && e.start%cArena == 0 && e.start >= kernelsChoice && e.perm == "rw-p":
		return &r.heap
	case e.name == "" && e.perm == "rw-p" && follows && before.perm == "---p" && before.end-before.start <= largestGuard:
		return &r.Stacks
	}
	return &r.Other
}

// Close adds the living C memory, as counted no later than this was read. Large blocks lie outside of the C heap, in mappings
// of their own.
func (r Resident) Close(cLive int64) Resident {
	r.CLive = cLive
	r.CBefore = max(0, min(r.CBefore, r.heap-cLive))
	r.CFree = max(0, r.heap-cLive-r.CBefore)
	r.Other = max(0, r.RSS-r.Go-r.CLive-r.CBefore-r.CFree-r.Mmap-r.Stacks-r.Tracer)
	return r
}

// The least that is worth a word of what the allocator holds: in bytes, and as a part of the program's own memory.
const (
	muchRetained     = 16 << 20
	muchRetainedPart = 4
)

// retained says it where much of the resident memory is free memory of the C library's. It gives back by itself only what lies
// at the end of a heap, and blocks of their own mappings.
func (r Resident) retained() string {
	if r.CFree < muchRetained || r.CFree < (r.RSS-r.Tracer)/muchRetainedPart {
		return ""
	}
	return fmt.Sprintf("not a leak: the C allocator holds %s free; malloc_trim(0) gives back what of it makes whole pages, "+
		"and MALLOC_ARENA_MAX=2 keeps threads from having heaps of their own", size(r.CFree))
}
