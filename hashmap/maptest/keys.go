package maptest

import "fmt"

// Keys of the shapes that maps treat differently. Consecutive numbers give keys that differ in few bits.

// Pair is a key of 16 plain bytes.
type Pair struct{ A, B uint64 }

// Padded is a key with padding, a blank field, a string and an interface: nothing of it can be hashed as it lies.
type Padded struct {
	Small uint8
	_     uint32
	Name  string
	Any   any
}

func Uint64Key(i int) uint64   { return uint64(i) }
func PairKey(i int) Pair       { return Pair{uint64(i) << 32, uint64(i)} }
func ArrayKey(i int) [3]int16  { return [3]int16{int16(i), 0, int16(i >> 16)} }
func FloatKey(i int) float64   { return float64(i) / 4 }
func AnyKey(i int) any         { return []any{i, int32(i), fmt.Sprint(i)}[i%3] }
func PaddedKey(i int) Padded   { return Padded{Small: uint8(i), Name: fmt.Sprint(i / 3), Any: i % 3} }
func IntValue(i int) int       { return i }
func BigValue(i int) [40]int   { return [40]int{0: i, 39: -i} }
func NoValue(i int) struct{}   { return struct{}{} }
func StringValue(i int) string { return fmt.Sprint("value ", i) }

// StringKey gives strings of 0 to some 70 bytes, in memory of their own.
func StringKey(i int) string {
	return string(append([]byte(fmt.Sprint(i)), longTail[:i*7%len(longTail)]...))
}

const longTail = ".abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"
