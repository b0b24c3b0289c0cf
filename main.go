// Command innards is a workbench for the insides of a running Go program: it compares hand-built data structures with
// Go's own, says why a process hangs, says which line leaks C memory, and shows the evidence in pprof's web UI.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"innards/bench"
	"innards/diagnose"
)

// commands is the whole command line: each entry makes one command, with its help, its flags and its function.
var commands = []func() *cobra.Command{
	diagnose.DemoCommand,
	diagnose.HangCommand,
	diagnose.LeakCommand,
	diagnose.RecordCommand,
	bench.Command,
	diagnose.ExplainCommand,
	diagnose.UICommand,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program without the process around it. The result is the exit status: 0 fine and nothing found, 1 something
// found, 2 it could not do its work (then one line on stderr says why).
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "innards",
		Short:         "a workbench for the insides of a running Go program",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%s: %w: try %s --help", cmd.Name(), err, cmd.CommandPath())
	})
	for _, command := range commands {
		root.AddCommand(command())
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		switch command.Name() {
		case "help":
			command.Args = knownCommand // else the help on a command that is not there is the general help
		case "completion": // else a shell that is not known gets the help, and status 0
			command.Args = cobra.ArbitraryArgs
			command.RunE = func(cmd *cobra.Command, args []string) error {
				return fmt.Errorf("completion: no shell %q: try one of bash, zsh, fish, powershell", strings.Join(args, " "))
			}
		}
	}

	err := root.ExecuteContext(ctx)
	var found interface{ ExitStatus() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		return found.ExitStatus()
	}
	// One line whatever the error holds: scripts read it, and a wrapped error may carry another program's line breaks.
	fmt.Fprintf(stderr, "innards: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	return 2
}

// knownCommand refuses a first argument that names no command.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, known := range cmd.Root().Commands() {
		if known.Name() == args[0] {
			return nil
		}
		names = append(names, known.Name())
	}
	return fmt.Errorf("unknown command %q: try one of %s", args[0], strings.Join(names, ", "))
}
