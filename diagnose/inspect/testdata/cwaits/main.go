// Command cwaits parks goroutines on the far side of C: one in a C function that does not return, one in a Go function
// that C called back, itself called by Go. It reports once both are there.
package main

/*
#include <unistd.h>
extern void callBack(void);
static void inC(int fd) { char c; while (read(fd, &c, 1) < 0) {} }
static void viaC(void) { callBack(); }
*/
import "C"

import (
	"encoding/json"
	"io"
	"os"
	"runtime"
	"strings"
)

var never = make(chan int)

func blockedInC(fd int) { C.inC(C.int(fd)) }

func calledBack() { C.viaC() }

//export callBack
func callBack() { waitInCallback() }

func waitInCallback() { <-never }

func main() {
	r, w, err := os.Pipe() // w must live: closed, it would end the reading
	if err != nil {
		panic(err)
	}
	go blockedInC(int(r.Fd()))
	go calledBack()
	buf := make([]byte, 1<<20)
	var dump string
	for !strings.Contains(dump, "[chan receive, locked to thread]:\nmain.waitInCallback") ||
		!strings.Contains(dump, "[syscall]:\nmain._Cfunc_inC") {
		runtime.Gosched()
		dump = string(buf[:runtime.Stack(buf, true)])
	}
	if err := json.NewEncoder(os.Stdout).Encode(struct{ Dump string }{dump}); err != nil {
		panic(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive([]any{r, w})
}
