package main

import (
	"fmt"
	"os"

	"innards/diagnose/inspect"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: layoutgen PROGRAM")
		os.Exit(2)
	}
	if err := inspect.WriteLayout(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
