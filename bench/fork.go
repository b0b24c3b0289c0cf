package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"innards/bench/child"
	"innards/bench/measure"
	"innards/bench/report"
	"innards/bench/workload"
)

// mostForks is more processes than anyone needs.
const mostForks = 100

// fork measures the plan's cells in so many processes, one after the other, and pools what they found. path is how one comes
// to this command.
func (o options) fork(ctx context.Context, p plan, path []string, say func(string)) (measure.Run, error) {
	rounds := max(measure.MinRounds, (p.protocol.Rounds+o.forks-1)/o.forks)
	args := append(append([]string{}, path...), p.area.name, "--json", "--figures=false",
		"--seed", strconv.FormatUint(o.seed, 10), "--count", strconv.Itoa(rounds), "--impl", strings.Join(p.impls, ","))
	if o.quick {
		args = append(args, "--quick")
	}
	if !p.whole {
		args = append(args, "--keys", words(p.keys), "--op", words(p.ops), "--len", lengths(p.lens))
	}
	var runs []measure.Run
	for n := range o.forks {
		say(fmt.Sprintf("process %d of %d", n+1, o.forks))
		command, err := child.Command(ctx, nil, args...)
		if err != nil {
			return measure.Run{}, fmt.Errorf("bench: fork: %w", err)
		}
		var out, errs bytes.Buffer
		command.Stdout, command.Stderr = &out, &errs
		if err := command.Run(); err != nil {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return measure.Run{}, fmt.Errorf("bench: process %d of %d: %w: %s", n+1, o.forks, err, strings.TrimSpace(errs.String()))
		}
		var d report.Document
		if err := json.Unmarshal(out.Bytes(), &d); err != nil {
			return measure.Run{}, fmt.Errorf("bench: process %d of %d: read its report: %w", n+1, o.forks, err)
		}
		runs = append(runs, d.Run)
	}
	pooled, err := measure.Pool(runs)
	if err == nil && len(pooled.Cells) == 0 {
		err = errors.New("bench: the processes have measured no cell together")
	}
	return pooled, err
}

func words[T workload.Op | workload.Kind](all []T) string {
	return strings.ReplaceAll(list(all), ", ", ",")
}

func lengths(all []int) string {
	var texts []string
	for _, n := range all {
		texts = append(texts, strconv.Itoa(n))
	}
	return strings.Join(texts, ",")
}
