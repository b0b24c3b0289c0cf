package bench

import (
	"fmt"
	"io"
	"os"
	"time"

	"innards/bench/measure"
)

// progressTo returns a function that shows on a terminal what is being measured and how long the rest will take, which is at most
// what is left of within, and elsewhere nothing.
func progressTo(w io.Writer, clock measure.Clock, within time.Duration) func(done, of int, what string) {
	file, ok := w.(*os.File)
	if ok {
		info, err := file.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if !ok {
		return func(int, int, string) {}
	}
	return progress(w, clock, within)
}

// progress shows on one line, which it writes over each time, how far things are.
func progress(w io.Writer, clock measure.Clock, within time.Duration) func(done, of int, what string) {
	start := clock.Read()
	return func(done, of int, what string) {
		const erase, cells = "\r\x1b[K", 20
		if done == of {
			_, _ = io.WriteString(w, erase)
			return
		}
		var bar [cells]rune
		for i := range bar {
			bar[i] = '·'
			if i < done*cells/of {
				bar[i] = '█'
			}
		}
		_, _ = fmt.Fprintf(w, "%s%s %d/%d%s  %s", erase, string(bar[:]), done+1, of, left(clock.Read()-start, within, done, of), what)
	}
}

// left estimates how long the rest takes, from what is done; before there is enough of that it says nothing. What is done first
// is what takes longest, so that alone would say too much.
func left(spent, within time.Duration, done, of int) string {
	if done < 2 || spent < time.Second {
		return ""
	}
	rest := min(spent/time.Duration(done)*time.Duration(of-done), within-spent)
	return "  " + max(rest.Round(time.Second), time.Second).String() + " left"
}
