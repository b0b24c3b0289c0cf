// Package leaktest fails a test that leaks C memory, and names the line of Go that took it.
//
//	func TestQuery(t *testing.T) {
//		leaktest.StartLeakCheck(t)
//		…
//	}
//
// What counts is what was taken after the call, with code of the main module or of a dependency on its stack, and is not given
// back when the test and its cleanups have ended: blocks of the C heap, mappings, descriptors and threads of C. What a
// finalizer or a cleanup of the runtime gives back has a second for it, and the garbage collector is called for them.
//
// A test binary that imports this package records every allocation of C, from its start to its end; see package malloctrace for
// what that costs.
//
// # Picture
//
//	StartLeakCheck      test      its cleanups      the check's
//	      │──── taken ────────────── given back ─────────│   what is left, with user code on its stack: the test fails
//
// # Not good for
//
// Tests that run in parallel with others that allocate in C: what those hold counts as well. Libraries that keep something
// when they are first used: use them once before the check. Reachability is not looked at; a cache that is meant to
// stay is reported like a leak. Where there is no tracer (see malloctrace.ErrAbsent) the test goes on unchecked, and says so in
// its log.
package leaktest
