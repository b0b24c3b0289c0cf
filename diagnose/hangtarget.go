package diagnose

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

// maxDump bounds how much of a dump is read: 64 MiB is where pprof itself stops, a SIGQUIT dump of 100,000 goroutines
// takes 200 MB, and more is not one.
const maxDump = 1 << 30

// looking says how a target is read.
type looking struct {
	stop bool   // a process
	exe  string // of a core
}

// lookAt finds out what TARGET is, reads it and judges it.
func lookAt(ctx context.Context, target string, stdin io.Reader, how looking) (*hangReport, error) {
	if _, err := strconv.ParseUint(target, 10, 64); err == nil {
		pid, err := strconv.ParseInt(target, 10, 32)
		if err != nil || pid == 0 {
			return nil, fmt.Errorf("%s is no PID: for a file of that name write ./%s", target, target)
		}
		if how.stop {
			return lookAtStopped(ctx, int(pid))
		}
		return lookAtProcess(ctx, int(pid), false)
	}
	if how.stop {
		return nil, fmt.Errorf("--stop is for a PID, and %s is none", target)
	}
	lower := strings.ToLower(target)
	switch {
	case target == "-":
		return lookAtDump(ctx, stdin, hangTarget{Kind: "dump", Name: "standard input"})
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return lookAtURL(ctx, target)
	case target == "":
		return nil, errors.New("the TARGET is empty: give a PID, a URL or a file")
	}
	f, err := os.Open(target)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such file: TARGET is a PID, a URL with http://, a file, or -", target)
	case err != nil:
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return replay(target)
	}
	if isCore(f) {
		return lookAtCore(ctx, target, how.exe)
	}
	return lookAtDump(ctx, f, hangTarget{Kind: "dump", Name: target})
}

// lookAtDump judges a goroutine dump: text or a profile, gzipped or not.
func lookAtDump(ctx context.Context, r io.Reader, target hangTarget) (*hangReport, error) {
	dump, err := readDump(ctx, r, target.Name)
	if err != nil {
		return nil, err
	}
	return judgedDump(dump, target), nil
}

// judgedDump judges a dump that says nothing but what the runtime printed.
func judgedDump(dump *goroutine.Dump, target hangTarget) *hangReport {
	report := judged(target, 0, dump, hang.Input{})
	// Said only where somebody waits for what a dump does not have.
	for _, g := range dump.Goroutines {
		if strings.HasPrefix(g.State, "sync.") || g.State == "semacquire" || strings.HasPrefix(g.State, "chan ") {
			report.Warnings = append(report.Warnings, "a dump does not tell who holds a lock nor who could reach a channel: "+
				"innards hang PID, on the process while it hangs, does")
			break
		}
	}
	return report
}

// readDump reads a dump until the context ends. A read that never returns, from a pipe that nobody writes to, is left
// behind with its goroutine.
func readDump(ctx context.Context, r io.Reader, name string) (*goroutine.Dump, error) {
	type result struct {
		dump *goroutine.Dump
		err  error
	}
	done := make(chan result, 1)
	go func() {
		dump, err := parseDump(r, name)
		done <- result{dump, err}
	}()
	select {
	case res := <-done:
		return res.dump, res.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: not read to its end in time: give more with --duration: %w", name, ctx.Err())
	}
}

// parseDump tells the forms apart by their first bytes.
func parseDump(r io.Reader, name string) (*goroutine.Dump, error) {
	limited := &io.LimitedReader{R: r, N: maxDump}
	br := bufio.NewReaderSize(limited, 4096)
	zipped := &io.LimitedReader{N: maxDump}
	head, err := br.Peek(512)
	if len(head) == 0 && err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s is empty: it should hold a goroutine dump", name)
		}
		return nil, fmt.Errorf("%s: read: %w", name, err)
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("%s: it begins like a gzip file, but is none: %w", name, err)
		}
		zipped.R = z
		br = bufio.NewReaderSize(zipped, 4096)
		head, _ = br.Peek(512)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x7fELF")) && len(head) > 16 && head[16] == 4: // e_type ET_CORE
		return nil, fmt.Errorf("%s is an ELF core: give it as a plain file, since it is not read from its beginning to its end", name)
	case bytes.HasPrefix(head, []byte("\x7fELF")):
		return nil, fmt.Errorf("%s is a program: start it and give its PID", name)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), len(head) > 262 && string(head[257:262]) == "ustar":
		return nil, fmt.Errorf("%s is an archive: unpack it, and give the folder that --save made, or the dump in it", name)
	}
	var dump *goroutine.Dump
	switch {
	case looksBinary(head):
		dump, err = goroutine.ParseProfile(br)
	case bytes.HasPrefix(head, []byte("goroutine profile: total ")):
		dump, err = goroutine.ParseCounts(br)
	default:
		dump, err = goroutine.Parse(br)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if limited.N == 0 || zipped.R != nil && zipped.N == 0 {
		dump.Warnings = append(dump.Warnings, fmt.Sprintf("only the first %d MiB were read", maxDump>>20))
	}
	return dump, nil
}

// looksBinary tells a profile's protocol buffer from text, both of which may begin with a newline.
func looksBinary(head []byte) bool {
	return bytes.ContainsFunc(head, func(r rune) bool { return r < '\t' || r > '\r' && r < ' ' && r != '\x1b' })
}

// sourceLine reads one line of a Go file, where it is at hand under the path that the binary records. The path may come
// from a dump of anybody's making, so nothing but a regular file is opened: a pipe would never answer.
func sourceLine(file string, line int) string {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || !strings.HasSuffix(file, ".go") {
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(io.LimitReader(f, 4<<20))
	for n := 1; s.Scan(); n++ {
		if n == line {
			return s.Text()
		}
	}
	return ""
}
