package hangdemo

import (
	_ "embed"
	"io"
	"os"
	"sync"
)

//go:embed pipestuck.go
var pipeStuckSource string

// capture catches what would be printed, in a pipe.
type capture struct {
	out, in *os.File
}

func newCapture() *capture {
	out, in, err := os.Pipe()
	if err != nil {
		panic(err) // no descriptors left: not what this is about
	}
	return &capture{out, in}
}

// print is the fault: it prints everything before anybody reads. A pipe holds 64 KiB, so it works until there is more.
func (c *capture) print(text []byte) {
	_, _ = c.in.Write(text) // want waits
	_ = c.in.Close()
}

func (c *capture) read() ([]byte, error) {
	defer func() { _ = c.out.Close() }()
	return io.ReadAll(c.out)
}

func (c *capture) printThenRead(text []byte) ([]byte, error) {
	c.print(text)
	return c.read()
}

// printAndRead reads while it prints.
func (c *capture) printAndRead(text []byte) ([]byte, error) {
	var printed sync.WaitGroup
	printed.Go(func() { c.print(text) })
	defer printed.Wait()
	return c.read()
}

func breakPipeStuck() {
	go func() { // want created
		_, _ = newCapture().printThenRead(make([]byte, 1<<20))
	}()
}

func mendPipeStuck() {
	_, _ = newCapture().printAndRead(make([]byte, 1<<20))
}
