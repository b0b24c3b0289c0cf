package cgo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"innards/cgo/tracefmt"
)

// streamVariable is what the tracer finds its stream by; malloctrace.c has the name too.
const streamVariable = "INNARDS_TRACE"

// DefaultPeriod is a sample every 512 KiB, which costs a program next to nothing.
const DefaultPeriod = 512 << 10

// Room in the stream. The reader empties the ring many times a second, so it has to hold what happens meanwhile.
const (
	sampledSlots, sampledStacks = 1 << 17, 8 << 20
	everySlots, everyStacks     = 1 << 20, 16 << 20
)

// Options say how a command is traced.
type Options struct {
	_ struct{}

	Target *Target
	Go     tracefmt.GoRuntime // from Layout or LayoutFromDWARF; zero: stacks have C frames only
	Period uint64             // mean bytes between two samples; 0: DefaultPeriod; 1: every allocation
	Dir    string             // for the stream; "": shared memory, else the directory for temporary files
}

// Preload prepares a command that was not yet started, and gives the stream that it will write. The command may be the
// target itself or something that comes to execute it: the variables are inherited, and the tracer sleeps in every
// executable but the target. The caller closes the stream and removes its file.
func Preload(ctx context.Context, cmd *exec.Cmd, o Options) (*tracefmt.Stream, error) {
	library, err := Compile(ctx)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(library, " :") {
		return nil, fmt.Errorf("cgo: preload %s: the dynamic linker takes no path with a blank or a colon; set XDG_CACHE_HOME to another", library)
	}
	stream, err := createStream(o.Dir, o.config())
	if err != nil {
		return nil, err
	}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	preload := library
	for _, v := range cmd.Env {
		if name, value, _ := strings.Cut(v, "="); name == "LD_PRELOAD" && value != "" {
			preload = library + ":" + value // the user's own library stays, behind the tracer
		}
	}
	cmd.Env = append(cmd.Env, "LD_PRELOAD="+preload, streamVariable+"="+stream.Path)
	return stream, nil
}

// NewStream makes the stream of a program that has the tracer linked in.
func NewStream(o Options) (*tracefmt.Stream, error) { return createStream(o.Dir, o.config()) }

func (o Options) config() tracefmt.Config {
	c := tracefmt.Config{
		Period: o.Period, Slots: sampledSlots, Stacks: sampledStacks,
		TargetDev: o.Target.Dev, TargetIno: o.Target.Ino, Go: o.Go,
	}
	switch c.Period {
	case 0:
		c.Period = DefaultPeriod
	case 1:
		c.Slots, c.Stacks = everySlots, everyStacks
	}
	return c
}

// createStream prefers shared memory: a page of a file on a disk takes up to half a millisecond when it is first written.
func createStream(dir string, c tracefmt.Config) (*tracefmt.Stream, error) {
	dirs := []string{dir}
	if dir == "" {
		dirs = []string{"/dev/shm", os.TempDir()}
	}
	var first error
	for _, d := range dirs {
		path, err := filepath.Abs(filepath.Join(d, fmt.Sprintf("innards-%d-%x", os.Getpid(), rand.Uint64())))
		if err == nil {
			var s *tracefmt.Stream
			if s, err = tracefmt.Create(path, c); err == nil {
				return s, nil
			}
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("cgo: no place for the stream: %w", first)
}
