package callgrind

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"innards/bench/child"
)

// The client requests, from valgrind.h and callgrind.h.
const (
	runningOnValgrind = 0x1001
	tool              = 'C'<<24 | 'T'<<16
	start             = tool + 4
	stop              = tool + 5
)

// Counting says whether the program runs under valgrind.
func Counting() bool { return request(runningOnValgrind) != 0 }

// Count runs work and has valgrind count its instructions.
func Count(work func()) {
	request(start)
	work()
	request(stop)
}

// environment keeps the run repeatable: no collector and no other goroutine gets in between. And it keeps valgrind alive:
// where the counting begins inside a signal handler, callgrind misses the handler's begin, and fails an assertion of its
// own at the handler's end (vgCallgrind_post_signal). The runtime's signals for preemption come at any time.
var environment = []string{"GOGC=off", "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1"}

// patience bounds a run; one takes about a second.
const patience = time.Minute

var total = regexp.MustCompile(`(?m)^totals: (\d+)$`)

// Available says why instructions cannot be counted here, or nil.
func Available() error {
	if runtime.GOARCH != "amd64" {
		return fmt.Errorf("callgrind: not on %s", runtime.GOARCH)
	}
	if _, err := exec.LookPath("valgrind"); err != nil {
		return errors.New("callgrind: valgrind is not installed")
	}
	return nil
}

// Run runs this program under valgrind with the given arguments, which must lead it to Count, and returns the count.
func Run(ctx context.Context, args ...string) (uint64, error) {
	if err := Available(); err != nil {
		return 0, err
	}
	if Counting() {
		return 0, errors.New("callgrind: this program runs under valgrind already")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	dir, err := os.MkdirTemp("", "innards-callgrind-")
	if err != nil {
		return 0, fmt.Errorf("callgrind: make a folder for the count: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "out")
	command, err := child.Command(ctx,
		[]string{"valgrind", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=" + file}, args...)
	if err != nil {
		return 0, fmt.Errorf("callgrind: %w", err)
	}
	command.Env = append(os.Environ(), environment...)
	if output, err := command.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("callgrind: run under valgrind: %w: %s", err, lastLine(output))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, fmt.Errorf("callgrind: read the count: %w", err)
	}
	found := total.FindSubmatch(text)
	if found == nil {
		return 0, errors.New("callgrind: valgrind left no count")
	}
	return strconv.ParseUint(string(found[1]), 10, 64)
}

func lastLine(output []byte) string {
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	return lines[len(lines)-1]
}
