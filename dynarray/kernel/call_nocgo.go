//go:build !cgo

package kernel

import (
	"cmp"
	"slices"
)

// The functions of call.go without C.

func sumLong[T Number](k kind, s []T) T {
	if k.float() {
		return sumLanes(s)
	}
	return sumLoop(s)
}

func minLong[T cmp.Ordered](_ kind, s []T) T               { return slices.Min(s) }
func maxLong[T cmp.Ordered](_ kind, s []T) T               { return slices.Max(s) }
func indexLong[T comparable](_ kind, s []T, v T) int       { return slices.Index(s, v) }
func countLong[T comparable](_ kind, s []T, v T) int       { return countLoop(s, v) }
func equalLong[T comparable](_ kind, a, b []T) bool        { return slices.Equal(a, b) }
func moveLong(to, from []byte)                             { copy(to, from) }
func reverseLong[T any](s []T)                             { slices.Reverse(s) }
func sortLong[T cmp.Ordered](_ kind, s []T) (starts []int) { slices.Sort(s); return nil }

// fillLong doubles what is filled: copy has the vectors that a loop has not.
func fillLong[T any](s []T, v T) {
	s[0] = v
	for done := 1; done < len(s); done *= 2 {
		copy(s[done:], s[:done])
	}
}
