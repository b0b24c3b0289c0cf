package dynarray_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

// listOp is an operation that a List, a slice of Go's and a list of Python's can do. Each way of doing it returns what
// Python prints for the result, or the name of its exception, and the list after that.
type listOp struct {
	kind    byte
	i, j, k int // open stands for None
	vs      []int
}

const listOps = 18

// opFrom makes an operation of five bytes.
func opFrom(d []byte) listOp {
	bound := func(b byte) int {
		if b%16 == 0 {
			return open
		}
		return int(b%27) - 13
	}
	o := listOp{kind: d[0] % listOps, i: bound(d[1]), j: bound(d[2]), k: int(d[3]%8) - 3}
	for v := range d[4] % 5 {
		o.vs = append(o.vs, int(v+d[3])%10)
	}
	return o
}

// at is i where None makes no sense.
func (o listOp) at() int {
	if o.i == open {
		return 0
	}
	return o.i
}

// python is the operation as a statement that leaves its result in r.
func (o listOp) python() string {
	bound := func(i int) string {
		if i == open {
			return ""
		}
		return strconv.Itoa(i)
	}
	part := fmt.Sprintf("l[%s:%s:%d]", bound(o.i), bound(o.j), o.k)
	vs := strings.ReplaceAll(fmt.Sprint(o.vs), " ", ",")
	switch o.kind {
	case 0, 1:
		return fmt.Sprintf("l.append(%d)", o.k)
	case 2:
		return fmt.Sprintf("l.insert(%d,%d)", o.at(), o.k)
	case 3:
		return fmt.Sprintf("r=l.pop(%d)", o.at())
	case 4:
		return fmt.Sprintf("l[%d]=%d", o.at(), o.k)
	case 5:
		return fmt.Sprintf("del l[%d]", o.at())
	case 6:
		return fmt.Sprintf("l.remove(%d)", o.k)
	case 7:
		return fmt.Sprintf("r=l.index(%d,%d)", o.k, o.at())
	case 8:
		return fmt.Sprintf("r=l.count(%d)", o.k)
	case 9, 10:
		return "r=" + part
	case 11, 12:
		return part + "=" + vs
	case 13:
		return "del " + part
	case 14:
		return "l.extend(l) if len(l) < 40 else l.extend(" + vs + ")"
	case 15:
		return fmt.Sprintf("l*=%d if len(l) < 40 else 0", o.k)
	case 16:
		return fmt.Sprintf("l.sort(key=lambda v: v %% 3, reverse=%d %% 2 == 1)", o.k)
	}
	return "l.reverse()"
}

// onList does it to a List.
func (o listOp) onList(l *dynarray.List[int]) string {
	result := "None"
	func() {
		defer func() {
			var index runtime.Error
			switch p := recover().(type) {
			case nil:
			case error:
				result = fmt.Sprint(p)
				if errors.As(p, &index) {
					result = "IndexError"
				}
			default:
				result = "ValueError"
			}
		}()
		switch o.kind {
		case 0, 1:
			l.Append(o.k)
		case 2:
			l.Insert(o.at(), o.k)
		case 3:
			result = fmt.Sprint(l.PopAt(o.at()))
		case 4:
			l.Set(o.at(), o.k)
		case 5:
			l.Delete(o.at())
		case 6:
			if !l.Remove(o.k) {
				result = "ValueError"
			}
		case 7:
			if result = fmt.Sprint(l.Index(o.k, o.at())); result == "-1" {
				result = "ValueError"
			}
		case 8:
			result = fmt.Sprint(l.Count(o.k))
		case 9, 10:
			part := l.Slice(o.i, o.j, o.k)
			result = part.String()
			_ = part.Close()
		case 11, 12:
			l.SetSlice(o.i, o.j, o.k, o.vs...)
		case 13:
			l.DeleteSlice(o.i, o.j, o.k)
		case 14:
			if l.Len() < 40 {
				l.Extend(l)
			} else {
				l.ExtendSlice(o.vs)
			}
		case 15:
			if l.Len() < 40 {
				l.RepeatInPlace(o.k)
			} else {
				l.RepeatInPlace(0)
			}
		case 16:
			dynarray.SortBy(l, func(v int) int { return ((v % 3) + 3) % 3 }, o.k%2 != 0)
		default:
			l.Reverse()
		}
	}()
	return result + " " + l.String()
}

// picked returns the indices of a slice of n elements, one by one, as Python's reference describes them.
func picked(start, stop, step, n int) []int {
	least, most := 0, n
	if step < 0 {
		least, most = -1, n-1
	}
	bound := func(i, none int) int {
		if i == open {
			return none
		}
		if i < 0 {
			i += n
		}
		return min(max(i, least), most)
	}
	var all []int
	if step > 0 {
		for i := bound(start, least); i < bound(stop, most); i += step {
			all = append(all, i)
		}
	} else {
		for i := bound(start, most); i > bound(stop, least); i += step {
			all = append(all, i)
		}
	}
	return all
}

// onSlice does it to a slice, in the simplest way there is.
func (o listOp) onSlice(m *[]int) string {
	n := len(*m)
	at := o.at()
	if at < 0 {
		at += n
	}
	inside := at >= 0 && at < n
	result := "None"
	switch {
	case (o.kind == 3 || o.kind == 4 || o.kind == 5) && !inside:
		result = "IndexError"
	case o.kind >= 9 && o.kind <= 13 && o.k == 0:
		result = "ValueError"
	case o.kind <= 1:
		*m = append(*m, o.k)
	case o.kind == 2:
		*m = slices.Insert(*m, min(max(at, 0), n), o.k)
	case o.kind == 3:
		result = strconv.Itoa((*m)[at])
		*m = slices.Delete(*m, at, at+1)
	case o.kind == 4:
		(*m)[at] = o.k
	case o.kind == 5:
		*m = slices.Delete(*m, at, at+1)
	case o.kind == 6:
		if i := slices.Index(*m, o.k); i >= 0 {
			*m = slices.Delete(*m, i, i+1)
		} else {
			result = "ValueError"
		}
	case o.kind == 7:
		result = "ValueError"
		for i := max(at, 0); i < n; i++ {
			if (*m)[i] == o.k {
				result = strconv.Itoa(i)
				break
			}
		}
	case o.kind == 8:
		count := 0
		for _, v := range *m {
			if v == o.k {
				count++
			}
		}
		result = strconv.Itoa(count)
	case o.kind <= 10:
		var part []int
		for _, i := range picked(o.i, o.j, o.k, n) {
			part = append(part, (*m)[i])
		}
		result = python(part)
	case o.kind <= 12:
		all := picked(o.i, o.j, o.k, n)
		if o.k == 1 {
			from := picked(o.i, open, 1, n) // an empty slice has a place as well: where it starts
			first := n
			if len(from) > 0 {
				first = from[0]
			}
			*m = slices.Replace(*m, first, first+len(all), o.vs...)
		} else if len(all) != len(o.vs) {
			result = "ValueError"
		} else {
			for k, i := range all {
				(*m)[i] = o.vs[k]
			}
		}
	case o.kind == 13:
		gone := picked(o.i, o.j, o.k, n)
		var rest []int
		for i, v := range *m {
			if !slices.Contains(gone, i) {
				rest = append(rest, v)
			}
		}
		*m = rest
	case o.kind == 14 && n < 40:
		*m = append(*m, *m...)
	case o.kind == 14:
		*m = append(*m, o.vs...)
	case o.kind == 15 && n < 40 && o.k > 0:
		*m = slices.Repeat(*m, o.k)
	case o.kind == 15:
		*m = nil
	case o.kind == 16:
		slices.SortStableFunc(*m, func(a, b int) int {
			by := (a%3+3)%3 - (b%3+3)%3
			if o.k%2 != 0 {
				return -by
			}
			return by
		})
	default:
		slices.Reverse(*m)
	}
	return result + " " + python(*m)
}

// python prints a slice as Python does.
func python(s []int) string { return strings.ReplaceAll(fmt.Sprint(s), " ", ", ") }

// runList takes operations off data, five bytes each, and returns how the list differs from a slice, or "".
func runList(data []byte) string {
	l := dynarray.NewList[int]()
	defer func() { _ = l.Close() }()
	var model []int
	for ; len(data) >= 5; data = data[5:] {
		o := opFrom(data)
		if got, want := o.onList(l), o.onSlice(&model); got != want {
			return fmt.Sprintf("%s: %s, want %s", o.python(), got, want)
		}
	}
	return ""
}

func randomOps(seed uint64, n int) []byte {
	rng := rand.New(rand.NewPCG(seed, 5))
	data := make([]byte, 5*n)
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	return data
}

func TestListAgainstSlice(t *testing.T) {
	if wrong := runList(randomOps(1, 20_000)); wrong != "" {
		t.Fatal(wrong)
	}
}

func FuzzList(f *testing.F) {
	f.Add(randomOps(2, 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		if wrong := runList(data[:min(len(data), 2000)]); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

// TestListAgainstPython lets a Python do the same operations, if there is one.
func TestListAgainstPython(t *testing.T) {
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	var script bytes.Buffer
	data := randomOps(3, 3000)
	for rest := data; len(rest) > 0; rest = rest[5:] {
		fmt.Fprintln(&script, opFrom(rest).python())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, path, "-S", "-c", `
import sys
l = []
for line in sys.stdin:
    r = None
    try:
        exec(line)
    except (IndexError, ValueError) as e:
        r = type(e).__name__
    print(r, l)
`)
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	child.Stdin = &script
	out, err := child.Output()
	if err != nil {
		t.Skipf("python3 does not run: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, len(data)/5)
	l := dynarray.NewList[int]()
	defer func() { _ = l.Close() }()
	for k, want := range lines {
		o := opFrom(data[5*k:])
		require.Equal(t, want, o.onList(l), "operation %d: %s", k, o.python())
	}
}
