// Command peers is innards bench with other people's libraries beside the structures of this module.
//
//	go run . hashmap --quick
//	go run . hashmap --impl openaddr,swiss-cockroach --keys string
//
// It takes the flags of innards bench and writes the same reports. It is a module of its own, so that nobody who uses
// innards has to download what it is compared with. A new rival is one file: an adapter with the loops of
// bench/subject over the rival's own type, and a line in rivals.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"innards/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := bench.CommandWith(rivals())
	command.Use = "peers [area]"
	command.SilenceErrors, command.SilenceUsage = true, true
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	err := command.ExecuteContext(ctx)
	var found interface{ ExitStatus() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		return found.ExitStatus()
	}
	_, _ = fmt.Fprintf(stderr, "peers: %v\n", err)
	return 2
}
