// Command layoutgen prints the table of runtime structures that package inspect needs for a Go release. It takes a program
// that the release built with debug information:
//
//	GOTOOLCHAIN=go1.25.7 go build -o /tmp/waits ./testdata/waits
//	go run ./layoutgen /tmp/waits > layout_go125.go
//
// both in the folder of package inspect. A new release also needs its line in layoutOf.
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
