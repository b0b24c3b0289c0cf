package goroutine

import (
	"bytes"
	"errors"
	"io"
)

// A dump is read in blocks. Where it can be, a block begins with the header of a goroutine, behind an empty line: then
// nothing in it depends on what came before.
const (
	blockSize = 1 << 20
	firstSize = 2 * maxLine // most dumps are small
	maxLine   = 64 << 10    // what is longer is cut: the runtime's longest line is a header with labels
)

var freshStart = []byte("\n\n" + "goroutine ")

// blocks cuts the input.
type blocks struct {
	r     io.Reader
	rest  []byte // of the block before
	fresh bool   // rest begins with a header
}

// next fills buf with the next block, of whole lines unless the input ends. fresh tells that it depends on nothing
// before it. With the last block comes the reader's error, or io.EOF.
func (b *blocks) next(buf []byte) (data []byte, fresh bool, err error) {
	fresh = b.fresh
	data = append(buf[:0], b.rest...)
	b.rest, b.fresh = b.rest[:0], false
	for {
		var n int
		n, err = io.ReadFull(b.r, data[len(data):cap(data)])
		begin := len(data)
		data = data[:begin+n]
		if err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			return data, fresh, err
		}
		if cut := bytes.LastIndex(data, freshStart); cut >= 0 {
			cut += len("\n\n")
			b.rest, b.fresh = append(b.rest, data[cut:]...), true
			return data[:cut], fresh, nil
		}
		if cut := bytes.LastIndexByte(data, '\n') + 1; cut > 0 {
			b.rest = append(b.rest, data[cut:]...)
			return data[:cut], fresh, nil
		}
		data = data[:maxLine] // one line as long as that: its end is looked for in what comes
	}
}

// allLines calls f for each line of the input.
func allLines(r io.Reader, f func(line []byte, last bool)) error {
	in := blocks{r: r}
	buf := make([]byte, 0, firstSize)
	for {
		data, _, err := in.next(buf)
		eachLine(data, f)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// eachLine calls f for each line of a block.
func eachLine(data []byte, f func(line []byte, last bool)) {
	for len(data) > 0 {
		var line []byte
		var last bool
		line, data, last = cutLine(data)
		f(line, last)
	}
}

// cutLine takes the first line, without its end. last tells of one that the end of the input cut off.
func cutLine(data []byte) (line, rest []byte, last bool) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		line, rest = data[:i], data[i+1:]
	} else {
		line, last = data, true
	}
	line = line[:min(len(line), maxLine)]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest, last
}
