// Package malloctrace is the tracer of C memory, linked into the program that imports it: the C heap can then be looked at as
// the Go heap can, at any time, without a restart.
//
//	import _ "innards/cgo/malloctrace"
//
//	go tool pprof http://localhost:6060/debug/pprof/cheap
//
// # Terminology
//
//	holding   what one stack has taken and not given back
//	mark      a moment in the life of the process, to ask what was taken since
//	resource  what is held: blocks of the C heap, mappings, descriptors and threads of C code
//
// # Picture
//
//	C library ──► malloc of libc?  no: what the executable defines comes first
//	                   │
//	                   ▼
//	              malloc of malloctrace.c ──► malloc of libc
//	                   │ events: stack, size
//	                   ▼
//	              stream, a mapping ──► timer, five times a second ──► live blocks ──► Since, Handler
//
// # Operations
//
// Importing the package begins the tracing, with one sample in 512 KiB, and puts Handler at /debug/pprof/cheap of
// http.DefaultServeMux. The profile has what is alive and what was ever taken; with ?debug=1 it is text. Two profiles that were
// taken some minutes apart say what grows: go tool pprof -base. Everything has every allocation recorded from then on;
// package leaktest does so, to hold a test to what it takes. Now and Since are for programs that want to look themselves.
//
// # Linked in or preloaded
//
// `innards leak` preloads the same source into programs that were not built for it, stops them to find out what nothing reaches,
// and gives verdicts. From within a process nothing can be said of what is reached, for the one who looks would be part of
// the picture. So what is linked in counts, and judging is left to whoever compares two profiles, or to a test, at whose end
// all should be gone.
//
// # Costs
//
// As preloaded (see package cgo), and a look at one more variable for each allocation; 12 MiB of shared memory, for the
// stream; for every recorded block that is alive some hundred bytes of Go heap, where that is sampled one in thousands. A tracer
// that cannot begin costs a test and a jump, and Since says why it could not.
//
// # Not good for
//
// Programs that are linked statically, or with -linkmode=internal, or with the address sanitizer, which has a malloc of its own.
// What C has taken before the package was initialised, in constructors, is not known. A child that is forked off in C has a
// heap of its own, and is not followed. Without cgo, or elsewhere than on linux/amd64, the package does nothing.
package malloctrace
