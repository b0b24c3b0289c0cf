//go:build cgo

package cdemo

// #include "demo.h"
import "C"

func few(fixed bool, faulty, repaired func()) func() error {
	if fixed {
		return each(resourcesPerRound, repaired)
	}
	return each(resourcesPerRound, faulty)
}

func mappingRound(fixed bool) func() error    { return few(fixed, mapFile, mapFileFixed) }
func descriptorRound(fixed bool) func() error { return few(fixed, openDevice, openDeviceFixed) }
func threadRound(fixed bool) func() error     { return few(fixed, startThread, startThreadFixed) }

//go:noinline
func mapFile() {
	C.map_memory(mappingBytes) // WANT: mmap
}

//go:noinline
func mapFileFixed() {
	C.unmap_memory(C.map_memory(mappingBytes), mappingBytes)
}

//go:noinline
func openDevice() {
	C.open_device() // WANT: fd
}

//go:noinline
func openDeviceFixed() {
	C.close_device(C.open_device())
}

// startThread starts a thread that ends at once. As long as nobody joins or detaches it, it keeps its stack.
//
//go:noinline
func startThread() {
	C.start_thread(0) // WANT: thread
}

//go:noinline
func startThreadFixed() {
	C.start_thread(1)
}
