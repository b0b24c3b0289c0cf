package diagnose

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"innards/diagnose/hang"
	"innards/diagnose/hangdemo"
)

func hangDemos() []demo {
	var out []demo
	for _, d := range hangdemo.All() {
		out = append(out, demo{
			name:  d.Name,
			class: string(d.Class),
			about: d.About,
			inC:   d.InC,
			run:   d.Run,
			prove: func(ctx context.Context, fixed bool, out string, w io.Writer) (outcome, error) {
				return proveHang(ctx, d, fixed, out, w)
			},
		})
	}
	return out
}

// proveHang runs a demo in a child and looks at the child by its PID.
func proveHang(ctx context.Context, d hangdemo.Demo, fixed bool, out string, w io.Writer) (outcome, error) {
	pid, end, err := startDemo(ctx, d.Name, fixed)
	if err != nil {
		return outcome{}, err
	}
	defer end()
	report, err := lookAtProcess(ctx, pid, true)
	for again := d.Then != nil || d.Class == hang.Livelock; err == nil && len(report.Verdicts) == 0 && again && !fixed; { // it could not say when
		report, err = lookAtProcess(ctx, pid, true)
	}
	if err != nil {
		return outcome{}, err
	}
	if report.Out = out; out != "" {
		if err := keepHang(report); err != nil {
			return outcome{}, err
		}
	}
	if err := writeHang(w, report); err != nil {
		return outcome{}, err
	}
	res := outcome{found: len(report.Verdicts) > 0}
	switch {
	case fixed && res.found:
		res.differs = []string{"the repaired twin gives a verdict: " + string(report.Verdicts[0].Class)}
	case fixed:
	case !res.found:
		res.differs = []string{"there is no verdict"}
	default:
		res.differs = d.Differs(report.Verdicts[0])
		for _, v := range report.Verdicts[1:] {
			res.differs = append(res.differs, "there is another verdict: "+string(v.Class))
		}
	}
	return res, nil
}

// startDemo starts this program as the child of a demo and waits until the fault is in place. end ends the child, and
// returns once it is gone.
func startDemo(ctx context.Context, name string, fixed bool) (pid int, end func(), err error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, nil, fmt.Errorf("find this program, to start it as the child: %w", err)
	}
	args := []string{"demo", "--only-run", name}
	if fixed {
		args = append(args, "--fixed")
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.SysProcAttr = boundToParent()
	var complaint strings.Builder
	cmd.Stderr = &complaint
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return 0, nil, fmt.Errorf("start the child: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return 0, nil, fmt.Errorf("start the child: %w", err)
	}
	end = func() {
		_ = cmd.Process.Kill() // fails only where it has ended already
		_ = cmd.Wait()         // "signal: killed"
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	word, number, _ := strings.Cut(strings.TrimSpace(line), " ")
	pid, numErr := strconv.Atoi(number)
	if err != nil || word != "ready" || numErr != nil {
		end()
		return 0, nil, fmt.Errorf("the child did not get ready: it said %q, and %q", line, complaint.String())
	}
	return pid, end, nil
}
