package dynarray

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// coldVariable tells a child of BenchmarkCold what to grow.
const coldVariable = "DYNARRAY_TEST_COLD"

// BenchmarkCold grows an array by appends in a process of its own, which has no freed memory to take from: CPU time per element,
// page faults included, and the peak of resident memory as a multiple of the elements. Besides: Go's append, and C's
// realloc under the same Append.
func BenchmarkCold(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1_000_000, 50_000_000, 1 << 27} { // the last is 1 GiB
		for _, impl := range []string{"slice", "realloc", "bare", "array"} {
			if (impl == "realloc" || impl == "bare") && !heapIsC {
				continue
			}
			b.Run(fmt.Sprintf("impl=%s/len=%d", impl, n), func(b *testing.B) {
				least, peak := 0.0, 0.0
				for range b.N {
					took, resident := coldChild(b, self, impl, n)
					if least == 0 || took < least {
						least = took
					}
					peak = max(peak, resident)
				}
				b.ReportMetric(least, "cpu-ns/elem")
				b.ReportMetric(peak, "peak/data")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func coldChild(b *testing.B, self, impl string, n int) (took, resident float64) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, self, "-test.run=^TestColdChild$", "-test.v")
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", coldVariable, impl, n))
	out, err := child.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	_, answer, found := strings.Cut(string(out), "COLD ")
	if _, err := fmt.Sscan(answer, &took, &resident); err != nil || !found {
		b.Fatalf("what a child says: %v: %s", err, out)
	}
	return took, resident
}

// TestColdChild is what BenchmarkCold's children run.
func TestColdChild(t *testing.T) {
	var impl string
	var n int
	if _, err := fmt.Sscan(os.Getenv(coldVariable), &impl, &n); err != nil {
		t.Skip("for the children of BenchmarkCold")
	}
	before, began := peakResident(t), processTime(t)
	switch impl {
	case "array":
		a := New[int64](0)
		for i := range int64(n) {
			a.Append(i)
		}
		defer func() { _ = a.Close() }()
	case "slice":
		var s []int64
		for i := range int64(n) {
			s = append(s, i)
		}
		defer func() { _ = s[0] }()
	case "bare":
		var a reallocated
		s := a.s // in a variable: its length stays in a register
		for i := range int64(n) {
			if len(s) == cap(s) {
				a.s = s
				a.grow()
				s = a.s
			}
			s = append(s, i)
		}
		defer func() { heapFree(a.address, uintptr(8*cap(s))) }()
	case "realloc":
		a := new(reallocated)
		for i := range int64(n) {
			a.Append(i)
		}
		defer func() { heapFree(a.address, uintptr(8*cap(a.s))) }()
	}
	took, peak := processTime(t)-began, peakResident(t)
	fmt.Printf("COLD %g %g\n", float64(took)/float64(n), float64(peak-before)/float64(8*n))
}

// reallocated is an array like ours whose memory is C's realloc's throughout.
type reallocated struct {
	s       []int64
	address uintptr
}

func (a *reallocated) Append(v int64) {
	if len(a.s) == cap(a.s) {
		a.grow()
	}
	a.s = append(a.s, v)
}

func (a *reallocated) grow() {
	room := max(8, 2*cap(a.s))
	if a.address = heapResize(a.address, uintptr(8*cap(a.s)), uintptr(8*room)); a.address == 0 {
		panic("no memory")
	}
	a.s = unsafe.Slice((*int64)(pointer(a.address)), room)[:len(a.s)]
}

// processTime is the CPU time of the process, the collector's included.
func processTime(t *testing.T) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// peakResident is the most bytes that were resident so far.
func peakResident(t *testing.T) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib int64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		t.Fatalf("VmHWM in /proc/self/status: %v", err)
	}
	return kib << 10
}
