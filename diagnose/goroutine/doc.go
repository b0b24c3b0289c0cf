// Package goroutine holds the model of a goroutine dump and the parsers that fill it.
//
// # Terminology
//
//   - Dump: all goroutines of one process at one moment, whoever took it.
//   - Text dump: what the runtime prints on a panic, a fatal error or SIGQUIT, and what runtime.Stack and
//     net/http/pprof with debug=2 give. The first three add registers, frame pointers and the runtime's own frames.
//   - Header: the line "goroutine 7 [chan receive, 5 minutes]:".
//   - State: the wait reason where a goroutine waits ("sync.Mutex.Lock", "select (no cases)"), else its status.
//   - Mark: "(scan)", "(leaked)", "(durable)" behind the state: about the moment, not the wait. Kept in Annotations.
//   - Position: the line under a call, "\t/src/main.go:42 +0x1d". An inlined call has no offset there.
//   - Goroutine profile: stacks with counts, as runtime/pprof writes them, as a protocol buffer or, with debug=1, as text;
//     no ids, no wait reasons, no ages.
//   - Wall-clock profile: how long goroutines were where, from many readings.
//
// # The grammar of a text dump
//
//	anything                                       a log, "fatal error: …", "SIGQUIT: quit", "PC=0x46b7c1 m=0"
//	goroutine 7 gp=0xc0 m=nil [chan send]:         header: starts a goroutine, also where no empty line stands before
//	main.(*Queue[...]).Push(0xc000012340, 0x1)     call: the last '(' begins the arguments
//	        /src/queue.go:31 +0x1d fp=0xc0 sp=0xc1 position: the number after the last ':'
//	...23 frames elided...
//	created by main.main in goroutine 1            "in goroutine" since Go 1.21
//	        /src/main.go:12 +0x4a
//	[originating from goroutine 1]:                GODEBUG=tracebackancestors
//	                                               an empty line, a register, "exit status 2": the goroutine's end
//
// Parse walks it once, in blocks of a megabyte. It keeps no line: names and positions repeat thousands of times in the dump
// of a large process, so each is taken apart once. The stacks share few ways outwards, which are kept as a tree: a call that
// came there before, behind the same calls, costs a comparison of both its lines, and no look-up; any other is found by its
// bytes, line by line. Frames come from slabs, and the arguments of a hundred goroutines are one string. Where blocks begin
// with a header, two processors share them. What is not a dump
// costs the time to read it and no memory.
//
// # What Parse promises
//
//  1. The error is for input without a single header. Everything else (a cut, interleaved output of another thread,
//     lines of a release to come) gives the goroutines that could be read, and Warnings.
//  2. Nothing of a header is lost: parts that no rule knows stand in Annotations as they were printed.
//  3. No input makes more of itself: frames, annotations, labels and warnings are bounded by the bytes read.
//  4. What WriteText writes, Parse reads back to the same Dump, save addresses and seconds.
//
// # What a text dump cannot tell
//
// Which lock is held by whom, and which channel a goroutine waits on: the runtime hides its frames, and marks the
// arguments it is unsure of with "?". Wait times are whole minutes, noted at a garbage collection only. All this takes a
// reading of the process itself, which fills Waits and the addresses in the frames.
//
// The forms of Go 1.20 to 1.26 are in testdata, one file a form, its version in the first line.
package goroutine
