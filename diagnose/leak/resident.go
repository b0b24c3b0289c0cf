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
// cannot stays in Other; nothing is guessed.
type Resident struct {
	RSS    int64 `json:"rss"`
	Go     int64 `json:"go"`     // the Go runtime's, where the kernel keeps the names that it gives its mappings
	CLive  int64 `json:"c_live"` // living C blocks, as asked for; sampled, hence an estimate
	CFree  int64 `json:"c_free"` // kept by the C allocator; not known yet
	Mmap   int64 `json:"mmap"`   // files: the program, its libraries, mapped data
	Stacks int64 `json:"stacks"` // the main thread's; those of other threads look like any memory
	Other  int64 `json:"other"`
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
	var class *int64
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if kb, ok := strings.CutPrefix(line, "Rss:"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 10, 64)
			if err != nil {
				return Resident{}, fmt.Errorf("leak: resident memory: line %q: %w", line, err)
			}
			res.RSS += n << 10
			if class != nil {
				*class += n << 10
			}
			continue
		}
		// A mapping begins with "START-END PERM OFFSET DEV INODE NAME", its figures with "Key:".
		fields := strings.Fields(line)
		if len(fields) < 5 || strings.HasSuffix(fields[0], ":") {
			continue
		}
		class = nil
		switch name := strings.Join(fields[5:], " "); {
		case strings.HasPrefix(name, "[anon: Go: "):
			class = &res.Go
		case name == "[stack]":
			class = &res.Stacks
		case name == stream:
		case strings.HasPrefix(name, "/"):
			class = &res.Mmap
		}
	}
	if err := lines.Err(); err != nil {
		return Resident{}, fmt.Errorf("leak: resident memory: %w", err)
	}
	return res, nil
}

// Close adds the living C memory, and gives what nothing accounts for to Other.
func (r Resident) Close(cLive int64) Resident {
	r.CLive = cLive
	r.Other = max(0, r.RSS-r.Go-r.CLive-r.CFree-r.Mmap-r.Stacks)
	return r
}
