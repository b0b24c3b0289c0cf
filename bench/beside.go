package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"innards/bench/foreign"
	"innards/bench/measure"
)

// namesOf returns the names of containers, as contenders.
func namesOf(containers []foreign.Container) []string {
	var names []string
	for _, c := range containers {
		names = append(names, c.Name)
	}
	return names
}

// compile compiles the containers of C++ that the plan has. Those that cannot be compiled here it leaves out of the plan, unless
// they were asked for by name; what to say of those that run, and of those that are left out, it returns.
func (p *plan) compile(ctx context.Context, asked []string, level string, say func(string)) (programs []foreign.Program, remarks []string, err error) {
	var absent []foreign.Container
	for _, c := range p.area.beside {
		if !slices.Contains(p.impls, c.Name) {
			continue
		}
		say("compiling " + c.Type)
		program, err := foreign.Compile(ctx, c, level)
		if err == nil {
			programs = append(programs, program)
			continue
		}
		if slices.Contains(asked, c.Name) || ctx.Err() != nil {
			return nil, nil, fmt.Errorf("bench: --impl %s: %w", c.Name, err)
		}
		if errors.Is(err, foreign.ErrMissing) {
			absent = append(absent, c)
		} else {
			remarks = append(remarks, err.Error())
		}
		p.impls = slices.DeleteFunc(slices.Clone(p.impls), func(name string) bool { return name == c.Name })
	}
	if len(absent) > 0 {
		remarks = append(remarks, fmt.Sprintf("not here: %s: try apt-get install %s (with --impl the reason is said)",
			strings.Join(namesOf(absent), ", "), foreign.Packages(absent)))
	}
	if len(programs) > 0 {
		remarks = append(remarks, strangers(programs))
	}
	return programs, remarks, nil
}

// strangers says what stands beside Go's own contenders, and what is not the same for them.
func strangers(programs []foreign.Program) string {
	var each []string
	for _, program := range programs {
		each = append(each, fmt.Sprintf("%s (%s, %s)", program.Type, program.Kind, program.Library))
	}
	return fmt.Sprintf("%s: C++ in a process of its own, on the same keys, in the same rounds, by the same clock; its compiler, "+
		"allocator and default hash are in the ratio: %s",
		strings.Join(each, ", "), programs[0].How)
}

// levelOf is the level of the instruction set that this program was built for, where g++ knows it by the same name.
func levelOf(m measure.Machine) string {
	if m.Arch != "amd64" {
		return ""
	}
	return m.Build["GOAMD64"]
}
