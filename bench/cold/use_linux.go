package cold

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// use returns the most bytes that were ever resident, and the CPU time of the process, the kernel's and the collector's
// included.
func use() (resident float64, spent time.Duration, err error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, 0, fmt.Errorf("bench: the CPU time of this process: %w", err)
	}
	// Not ru_maxrss: that is the parent's, if it was more when the process began.
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0, fmt.Errorf("bench: the resident memory of this process: %w", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		return 0, 0, fmt.Errorf("bench: VmHWM in /proc/self/status: %w", err)
	}
	return kib * 1024, time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}
