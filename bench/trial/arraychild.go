package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"innards/bench/child"
	"innards/bench/cold"
)

// arrayTask is what a child is told: what to do, and with how many elements.
type arrayTask struct {
	Do  string `json:"do"`
	Len int    `json:"len"`
}

const (
	growCold    = "grow"    // an array
	collectThem = "collect" // beside lists of strings
)

// Child does in a process of its own what must not be done in one that has measured other things before: it grows a cold array,
// or times collections. It writes what that came to.
func (Arrays) Child(task string, out io.Writer) error {
	var t arrayTask
	err := json.Unmarshal([]byte(task), &t)
	var result any
	switch {
	case err == nil && t.Len > 0 && t.Do == growCold:
		result, err = cold.Grow(t.Len)
	case err == nil && t.Len > 0 && t.Do == collectThem:
		result, err = collection(t.Len)
	default:
		return fmt.Errorf("bench: a child for arrays: no such task: %q", task)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}

// fromChild has a child do a task, and reads what it came to. If ctx was ended, so was the child, and the error is ctx's.
func fromChild(ctx context.Context, args []string, task arrayTask, result any) error {
	bounded, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	text, err := json.Marshal(task)
	if err != nil {
		return err
	}
	command, err := child.Command(bounded, nil, append(args[:len(args):len(args)], string(text))...)
	if err != nil {
		return err
	}
	out, err := command.Output()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	} else if err != nil {
		return err
	}
	return json.Unmarshal(out, result)
}
