//go:build !cgo

package subject

import "innards/bench/workload"

// arrays are those that need cgo: none without it.
func arrays[T workload.Element]() []ListContender[T] { return nil }
