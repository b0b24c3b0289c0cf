//go:build linux && !(asan || msan || guard || valgrind)

package dynarray

// mappings says whether large arrays have mappings of their own.
const mappings = true
