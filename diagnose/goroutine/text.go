package goroutine

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// innerFrames is how many frames the runtime prints before it leaves some out.
const innerFrames = 50

// WriteText writes the dump in the runtime's own form (that of debug=2), which Parse and every other tool reads.
// Annotations of the wait itself go back to where the runtime prints them; program counters are not printed.
func (d *Dump) WriteText(w io.Writer) error {
	bw := bufio.NewWriter(w)
	if d.AllAsleep {
		fmt.Fprintln(bw, "fatal error: all goroutines are asleep - deadlock!")
		fmt.Fprintln(bw)
	}
	for i, g := range d.Goroutines {
		if i > 0 {
			fmt.Fprintln(bw)
		}
		writeGoroutine(bw, g)
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write goroutine dump: %w", err)
	}
	return nil
}

func writeGoroutine(w *bufio.Writer, g *Goroutine) {
	var before, marks, after strings.Builder
	noFrames := false
	for _, a := range g.Annotations {
		switch {
		case a == "leaked" || a == "scan" || a == "durable":
			marks.WriteString(" (" + a + ")")
		case a == noStack:
			noFrames = true
		case strings.HasPrefix(a, originatingFrom):
		case strings.HasPrefix(a, "gp=") || strings.HasPrefix(a, "m=") || strings.HasPrefix(a, "mp="):
			before.WriteString(" " + a)
		default:
			after.WriteString(", " + a)
		}
	}
	fmt.Fprintf(w, "goroutine %d%s [%s%s", g.ID, before.String(), g.State, marks.String())
	if minutes := g.Waiting / time.Minute; minutes > 0 {
		fmt.Fprintf(w, ", %d minutes", minutes)
	}
	if g.LockedToThread {
		w.WriteString(", locked to thread")
	}
	w.WriteString(after.String())
	if len(g.Labels) > 0 {
		sep := " labels:{"
		for _, key := range slices.Sorted(maps.Keys(g.Labels)) {
			fmt.Fprintf(w, "%s%q: %q", sep, key, g.Labels[key])
			sep = ", "
		}
		w.WriteString("}")
	}
	w.WriteString("]:\n")
	if noFrames {
		w.WriteString("\tgoroutine running on other thread; stack unavailable\n")
	}
	for i, f := range g.Frames {
		if g.Elided > 0 && i == min(innerFrames, len(g.Frames)-1) {
			fmt.Fprintf(w, "...%d frames elided...\n", g.Elided)
		}
		name := f.Func
		if name == "runtime.gopanic" {
			name = "panic"
		}
		args, offset := f.Args, " +0x0"
		if f.Inlined {
			args, offset = "...", ""
		}
		if name == nonGo {
			fmt.Fprintf(w, "%s\n\tpc=0x0\n", nonGo)
		} else {
			fmt.Fprintf(w, "%s(%s)\n\t%s:%d%s\n", name, args, f.File, f.Line, offset)
		}
	}
	if g.CreatedBy.Func != "" {
		fmt.Fprintf(w, "created by %s", g.CreatedBy.Func)
		if g.CreatorID != 0 {
			fmt.Fprintf(w, " in goroutine %d", g.CreatorID)
		}
		fmt.Fprintf(w, "\n\t%s:%d +0x0\n", g.CreatedBy.File, g.CreatedBy.Line)
	}
	for _, a := range g.Annotations {
		if strings.HasPrefix(a, originatingFrom) {
			fmt.Fprintf(w, "[%s]:\n", a)
		}
	}
}
