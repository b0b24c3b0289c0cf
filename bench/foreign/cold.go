package foreign

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"innards/bench/child"
)

// Cold has the program append n integers of eight bytes to memory that C's realloc doubles, in a process that has used none
// before, and returns the nanoseconds of processor time for each.
func (p Program) Cold(ctx context.Context, n int) (float64, error) {
	out, err := child.Program(ctx, p.path, "cold", strconv.Itoa(n)).Output()
	if err != nil {
		return 0, fmt.Errorf("foreign: grow %d elements by realloc: %w", n, err)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}
