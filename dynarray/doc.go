// Package dynarray keeps a growing array's elements in C memory.
package dynarray
