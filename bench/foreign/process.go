package foreign

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"innards/bench/child"
	"innards/bench/workload"
)

// A Job is what a process works at.
type Job struct {
	Op    workload.Op
	Key   workload.Kind // hostile kinds are sent as what they are: Uint64 or String
	Len   int           // how many of Live are in the container; the others of a ring come in later
	Batch int           // steps of a churn, entries of a range, insertions of a pass; look-ups that warm up
	Live  Keys          // what is inserted
	Asked Keys          // what is asked for, or deleted
}

// answerWithin bounds each answer: a sample takes a tenth of a second, a map of fifty million a minute to fill.
const answerWithin = 5 * time.Minute

// An Answer is what a sample came to.
type Answer struct {
	Took     time.Duration // by the process's own clock
	Checksum uint64
	Count    uint64
}

// A Process is a container at work.
type Process struct {
	name   string
	within time.Duration
	cancel context.CancelFunc
	cmd    *exec.Cmd
	in     *os.File
	out    *os.File
	lines  *bufio.Reader
	errs   bytes.Buffer
}

// Start starts the program on a job. It is to be closed.
func (p Program) Start(j Job) (*Process, error) {
	ctx, cancel := context.WithCancel(context.Background()) // Close ends it, whatever became of the run
	x := &Process{name: p.Name, within: answerWithin, cancel: cancel}
	x.cmd = child.Program(ctx, p.path, string(j.Key), string(j.Op), strconv.Itoa(j.Len), strconv.Itoa(j.Batch), strconv.Itoa(workload.FirstValue))
	x.cmd.WaitDelay = time.Second
	x.cmd.Stderr = &x.errs
	if err := x.start(); err != nil {
		cancel()
		return nil, fmt.Errorf("foreign: start %s: %w", p.Name, err)
	}
	err := x.send(func(w *bufio.Writer) error { return errors.Join(j.Live(w), j.Asked(w)) })
	if err == nil {
		_, err = x.answer("ready")
	}
	if err != nil {
		return nil, x.failed("take the keys of "+string(j.Op), err)
	}
	return x, nil
}

// start starts the process with pipes that know deadlines, which those of exec.Cmd do not.
func (x *Process) start() error {
	stdin, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer stdin.Close() //nolint:errcheck // the process has its own
	out, stdout, err := os.Pipe()
	if err != nil {
		_ = in.Close()
		return err
	}
	defer stdout.Close() //nolint:errcheck // likewise
	x.cmd.Stdin, x.cmd.Stdout, x.in, x.out, x.lines = stdin, stdout, in, out, bufio.NewReader(out)
	if err := x.cmd.Start(); err != nil {
		_, _ = in.Close(), out.Close()
		return err
	}
	return nil
}

func (x *Process) send(write func(*bufio.Writer) error) error {
	if err := x.in.SetWriteDeadline(time.Now().Add(x.within)); err != nil {
		return err
	}
	return write(bufio.NewWriterSize(x.in, pipeful))
}

// pipeful is how much a pipe holds on Linux.
const pipeful = 1 << 16

// ask sends a line, and returns what follows the word that begins its answer.
func (x *Process) ask(line, word string) (string, error) {
	err := x.send(func(w *bufio.Writer) error {
		_, _ = w.WriteString(line)
		return w.Flush()
	})
	if err != nil {
		return "", err
	}
	return x.answer(word)
}

// answer reads a line that begins with a word, and returns what else is on it.
func (x *Process) answer(word string) (string, error) {
	if err := x.out.SetReadDeadline(time.Now().Add(x.within)); err != nil {
		return "", err
	}
	line, err := x.lines.ReadString('\n')
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), word)
	if !ok {
		return "", fmt.Errorf("it says %q, not %q", line, word)
	}
	return rest, nil
}

// failed ends the process, and says why with what it said itself.
func (x *Process) failed(doing string, err error) error {
	x.Close()
	if said := strings.TrimSpace(x.errs.String()); said != "" {
		return fmt.Errorf("foreign: %s: %s: %s: %w", x.name, doing, said, err)
	}
	return fmt.Errorf("foreign: %s: %s: %w", x.name, doing, err)
}

// Build fills the container anew.
func (x *Process) Build() error {
	if _, err := x.ask("build\n", "built"); err != nil {
		return x.failed("build", err)
	}
	return nil
}

// Run does the work so many times.
func (x *Process) Run(passes int) (Answer, error) {
	text, err := x.ask(fmt.Sprintf("run %d\n", passes), "ran ")
	if err == nil {
		var a Answer
		if a, err = parse(text); err == nil {
			return a, nil
		}
	}
	return Answer{}, x.failed(fmt.Sprintf("run %d", passes), err)
}

// Weigh returns how many bytes so many containers take that are filled as Build fills one; 0 if that is not known there.
func (x *Process) Weigh(times int) (uint64, error) {
	text, err := x.ask(fmt.Sprintf("weigh %d\n", times), "weighs ")
	if err == nil {
		var bytes uint64
		if bytes, err = strconv.ParseUint(text, 10, 64); err == nil {
			return bytes, nil
		}
	}
	return 0, x.failed("weigh", err)
}

// parse reads three numbers.
func parse(text string) (Answer, error) {
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return Answer{}, fmt.Errorf("%q is not three numbers", text)
	}
	var numbers [3]uint64
	for i, field := range fields {
		var err error
		if numbers[i], err = strconv.ParseUint(field, 10, 64); err != nil {
			return Answer{}, fmt.Errorf("%q: %w", text, err)
		}
	}
	if numbers[0] > uint64(answerWithin) {
		return Answer{}, fmt.Errorf("%q: longer than it can have taken", text)
	}
	return Answer{time.Duration(numbers[0]), numbers[1], numbers[2]}, nil
}

// Close ends the process, and waits until it is gone. A second Close does nothing.
func (x *Process) Close() {
	if x.cancel == nil {
		return
	}
	x.cancel()
	x.cancel = nil
	_ = x.cmd.Wait() // it was killed
	_, _ = x.in.Close(), x.out.Close()
}
