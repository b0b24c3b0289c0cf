// Command victim is the program that tests trace.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"innards/cgo/cdemo"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "victim:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no mode")
	}
	switch mode := args[0]; mode {
	case "demo", "fixed": // NAME ROUNDS PAUSE
		demo, ok := cdemo.Find(args[1])
		if !ok {
			return fmt.Errorf("no demo %q", args[1])
		}
		rounds, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		pause, err := time.ParseDuration(args[3])
		if err != nil {
			return err
		}
		work := demo.Run
		if mode == "fixed" {
			work = demo.Fixed
		}
		return work(context.Background(), os.Stdout, cdemo.Pace{Rounds: rounds, Pause: pause})
	case "hold": // leaks, says so, and stays until it is killed
		hold()
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "pairs": // N
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		fmt.Println(float64(pairs(n).Nanoseconds()) / float64(n))
	case "leak": // BYTES BLOCK OTHERS
		var n [3]int
		for i := range n {
			var err error
			if n[i], err = strconv.Atoi(args[1+i]); err != nil {
				return err
			}
		}
		leak(n[0], n[1], n[2])
	case "vary":
		vary()
	case "calls":
		calls()
	case "reach": // keeps some memory and loses other, and stays
		debug.SetGCPercent(-1) // the finalizers are to be still to come
		keepInC()
		keepInGo()
		loseInC()
		loseInGo()
		fmt.Println("ready")
		time.Sleep(time.Minute)
	case "exit":
		hold()
		code, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		os.Exit(code)
	case "soak": // DURATION
		d, err := time.ParseDuration(args[1])
		if err != nil {
			return err
		}
		soak(d)
	case "threads":
		threads()
	case "fork":
		fork()
	case "reexec": // leaves its heap behind for another program in the same process
		hold()
		return syscall.Exec("/proc/self/exe", []string{"victim", "exit", "0"}, os.Environ())
	case "realloc":
		grow()
	default:
		return fmt.Errorf("no mode %q", mode)
	}
	return nil
}
