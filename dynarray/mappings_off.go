//go:build !linux || asan || msan || guard || valgrind

package dynarray

// mappings says whether large arrays have mappings of their own. Only Linux has mremap, without which they gain
// nothing; and the tools that check memory know malloc's blocks better.
const mappings = false
