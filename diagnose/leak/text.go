package leak

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"charm.land/lipgloss/v2"
)

var (
	alarm = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	calm  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Green)
	line  = lipgloss.NewStyle().Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
)

// shown is the number of sites that are listed when they are no finding; the report has all.
const shown = 5

// WriteText writes the report for people: what leaks first, each with its stack, then the rest in short.
//
// Sites of one line of Go stand together: someone who looks for a leak looks at that line, whatever the C functions below
// it are that take the memory.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	found := r.Found()
	for _, of := range byLine(found) {
		s := of[0]
		var bytes, objects int64
		var rate float64
		for _, o := range of {
			bytes, objects, rate = bytes+o.LiveBytes, objects+o.LiveObjects, rate+o.Rate
		}
		fmt.Fprintf(&b, "%s: %s  %s\n", alarm.Render(string(s.Class)), line.Render(s.place()), s.Go.Func)
		fmt.Fprintf(&b, "  %s%s\n", s.amount(bytes, objects, rate), s.Confidence)
		writeStack(&b, s)
		for _, o := range of[1:] {
			fmt.Fprintf(&b, "  %s\n", faint.Render(fmt.Sprintf("of it %s in %d blocks by %s", size(o.LiveBytes), o.LiveObjects, o.way())))
		}
		fmt.Fprintln(&b)
	}
	if len(found) == 0 {
		fmt.Fprintf(&b, "%s in %s, watched for %.1fs\n", calm.Render("no C memory leak found"), filepath.Base(r.Target.Exe), r.Duration)
	}
	rest := 0
	for _, s := range r.Sites {
		if s.Class.Found() {
			continue
		}
		if rest++; rest <= shown {
			fmt.Fprintf(&b, "%s\n", faint.Render(fmt.Sprintf("%-8s %9s in %d blocks  %s  %s", s.Class, size(s.LiveBytes), s.LiveObjects, s.place(), s.caller())))
		}
	}
	if rest > shown {
		fmt.Fprintf(&b, "%s\n", faint.Render(fmt.Sprintf("and %d more that do not grow", rest-shown)))
	}
	if r.Resident.RSS > 0 {
		before := ""
		if r.Resident.CBefore > 0 {
			before = fmt.Sprintf("C blocks of before %s, ", size(r.Resident.CBefore))
		}
		fmt.Fprintf(&b, "resident %s: Go heap %s, C blocks %s, "+before+"the rest of the C heap %s, files %s, thread stacks %s, tracer %s, other %s\n",
			size(r.Resident.RSS), size(r.Resident.Go), size(r.Resident.CLive), size(r.Resident.CFree), size(r.Resident.Mmap),
			size(r.Resident.Stacks), size(r.Resident.Tracer), size(r.Resident.Other))
	}
	if r.Account != "" {
		fmt.Fprintln(&b, line.Render(r.Account))
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "%s\n", faint.Render("warning: "+warning))
	}
	if r.Profile != "" {
		fmt.Fprintf(&b, "profile: %s (innards ui %[1]s, or go tool pprof)\n", r.Profile)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// amount says how much there is, and how fast it becomes more.
func (s *Site) amount(bytes, objects int64, rate float64) string {
	switch s.Resource {
	case "fd":
		return fmt.Sprintf("%d descriptors, ", objects)
	case "thread":
		return fmt.Sprintf("%d threads, ", objects)
	case "handle":
		return fmt.Sprintf("%d handles of runtime/cgo, ", objects)
	case "pinner":
		return fmt.Sprintf("%d pinners, ", objects)
	case "mmap":
		return fmt.Sprintf("%s in %d mappings, +%s/s, ", size(bytes), objects, size(int64(rate)))
	}
	return fmt.Sprintf("%s in %d blocks, +%s/s, ", size(bytes), objects, size(int64(rate)))
}

// byLine puts the sites of one line of Go together, and keeps their order otherwise.
func byLine(sites []Site) [][]Site {
	var lines [][]Site
	type call struct {
		resource string
		place    Place
	}
	at := make(map[call]int)
	for _, s := range sites {
		key := call{s.Resource, s.Go}
		i, ok := at[key]
		if !ok || s.Go == (Place{}) {
			i = len(lines)
			at[key] = i
			lines = append(lines, nil)
		}
		lines[i] = append(lines[i], s)
	}
	return lines
}

// way is the innermost calls of a site, such as "malloc, parser_buffer, parser_new".
func (s *Site) way() string {
	var names []string
	for _, f := range s.Stack {
		if f.Lang == "c" && !strings.HasPrefix(f.Func, "_cgo_") && len(names) < 5 {
			names = append(names, f.Func)
		}
	}
	return strings.Join(names, ", ")
}

// place is the line to look at; of memory that no code of the user's took, the function that did.
func (s *Site) place() string {
	if s.Go.File == "" {
		return s.caller()
	}
	return fmt.Sprintf("%s:%d", s.Go.File, s.Go.Line)
}

// caller is the function that called the allocator.
func (s *Site) caller() string {
	if len(s.Stack) > 1 {
		return s.Stack[1].Func
	}
	return s.Stack[0].Func
}

// writeStack leaves out what everyone has who calls C: the runtime's bridge and the functions that cgo generates.
func writeStack(b *strings.Builder, s Site) {
	for _, f := range s.Stack {
		if strings.HasPrefix(f.Func, "_cgo") || f.Func == "runtime.cgocall" || strings.HasPrefix(f.Func, "runtime.cgocallback") {
			continue
		}
		where := ""
		if f.File != "" {
			where = fmt.Sprintf("  %s:%d", f.File, f.Line)
		}
		fmt.Fprintf(b, "    %-2s %s%s\n", f.Lang, f.Func, faint.Render(where))
	}
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}
