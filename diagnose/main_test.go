package diagnose_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"innards/diagnose"
)

// TestMain lets the test binary be its own child: a demo, as the commands start it from os.Executable, or one of the
// healthy programs.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 {
		switch os.Args[1] {
		case "demo":
			cmd := diagnose.DemoCommand()
			cmd.SetArgs(os.Args[2:])
			if err := cmd.Execute(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			return
		case "healthy":
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			healthy[os.Args[2]](ctx, func() { fmt.Println("ready", os.Getpid()) })
			return
		}
	}
	os.Exit(m.Run())
}
