package child

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// Command is this program with other arguments. What stands in before, if anything, is a program that runs it. The child is
// ended when ctx is, and on Linux when its parent is.
func Command(ctx context.Context, before []string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	line := append(append(append([]string{}, before...), self), args...)
	return Program(ctx, line[0], line[1:]...), nil
}

// Program is another program, ended likewise.
func Program(ctx context.Context, path string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, path, args...)
	command.SysProcAttr = bound()
	return command
}
