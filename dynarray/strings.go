package dynarray

import (
	"encoding/binary"
	"iter"
	"math"
	"runtime"
	"strings"
)

// # A list of strings that the collector does not see
//
// A []string of ten million strings is ten million pointers: every collection follows each of them to an object of its
// own, and most of the time misses the cache twice. Strings has none. The bytes of all strings stand one behind
// another in one array, and another says where each begins and how long it is, in one word:
//
//	spans (Array[span])             text (Array[byte])
//	+--------------+--------+       +-----+-----+- - -+-------+-----+- - - - - - -
//	| from 40 bits | length |------>| a p | b e e | ? | c o w | ? ? | spare ...
//	+--------------+--------+       +-----+-----+- - -+-------+-----+- - - - - - -
//	| ...                   |         0     1      |      2      |
//	                                               +-- holes ----+
//
// That is 8 bytes for a string besides its own, where a []string takes 16 and rounds the bytes up to a size class. A
// length that 24 bits cannot hold stands in the text before its string, in 8 bytes.
//
// A string that is replaced by a longer one, or deleted, leaves a hole. Once more than half of the text is holes, the
// next string that finds no room at the end closes them up instead of growing the text, so the text never takes more
// than twice what its strings need, over-allocation aside; Compact closes them at once and gives the memory back.

// Strings is a list of strings whose bytes live in C memory. It is made by NewStrings and has to be closed; it must not
// be copied, and not be used by several goroutines while one of them changes it.
//
// What At, Pop, All, Values and Backward return are copies, Go strings like any other. What View and Views return is
// the memory of the list itself, valid until the list is next changed, sorted or closed.
type Strings struct {
	_     noCopy
	spans *Array[span]
	text  *Array[byte]
	holes int // bytes of text that belong to no string
}

// span is where the bytes of a string begin in the text, and how many they are in the low bits.
type span uint64

const (
	lengthBits = 24
	long       = 1<<lengthBits - 1 // as a length: it stands before the string's bytes, in longBytes bytes
	maxText    = min(1<<(64-lengthBits)-1, math.MaxInt)
	longBytes  = 8
)

// NewStrings returns a list with room for that many strings, and for bytes in all of them together. Close frees it. It
// panics if one of them is negative, and with a *NoMemoryError if there is no memory.
func NewStrings(capacity, bytes int) *Strings {
	if capacity < 0 || bytes < 0 {
		panic("dynarray: NewStrings: negative capacity")
	}
	s := &Strings{spans: create[span](0), text: create[byte](0)}
	s.start(capacity, bytes)
	return s
}

// start makes room in a new list, or closes it and panics.
func (s *Strings) start(capacity, bytes int) {
	err := s.spans.TryGrow(capacity)
	if err == nil {
		err = s.text.TryGrow(bytes)
	}
	if err != nil {
		_ = s.Close() // it is open
		panic(err)
	}
}

// Close frees the memory. Any use of the list after that panics, but for a second Close, which returns ErrClosed.
// Views must not be used any more.
func (s *Strings) Close() error {
	if err := s.spans.Close(); err != nil {
		return err
	}
	return s.text.Close()
}

// Len returns the number of strings.
func (s *Strings) Len() int { return s.spans.Len() }

// Bytes returns how many bytes the text takes, those of the holes included, but not its over-allocation.
func (s *Strings) Bytes() int { return s.text.Len() }

// Holes returns how many of these bytes belong to no string: what Compact would give back.
func (s *Strings) Holes() int {
	s.spans.open()
	return s.holes
}

// Grow makes room for that many strings more, and for bytes in all of them together.
func (s *Strings) Grow(n, bytes int) {
	s.spans.Grow(n)
	s.text.Grow(bytes)
}

// At returns a copy of string i. Like a slice's, an index out of range panics.
func (s *Strings) At(i int) string {
	v := string(s.bytes(s.spans.At(i)))
	runtime.KeepAlive(s) // the cleanup must not free the text while it is being copied
	return v
}

// View returns string i without a copy. It is valid until the list is next changed, sorted or closed: after that, its
// bytes may be those of other strings, or memory that is no longer the program's. To keep it, copy it (strings.Clone).
// From the first view on, a list that is forgotten unclosed is not freed by itself, because the view may be in use.
func (s *Strings) View(i int) string {
	sp := s.spans.At(i)
	s.text.block.viewed.note() // as Slice does
	return text(s.bytes(sp))
}

// bytes returns the bytes of a string.
func (s *Strings) bytes(sp span) []byte {
	from, n := int(sp>>lengthBits), int(sp&long)
	if n == long {
		n = int(binary.LittleEndian.Uint64(s.text.s[from:]))
		from += longBytes
	}
	return s.text.s[from : from+n : from+n]
}

// size returns how many bytes of the text the string takes.
func (s *Strings) size(sp span) int {
	if n := int(sp & long); n < long {
		return n
	}
	return len(s.bytes(sp)) + longBytes
}

// Append adds a string at the end: amortised O(1) and the copying of its bytes. It may be a view of the list itself.
func (s *Strings) Append(v string) {
	s.spans.reserve(1)
	s.spans.Append(s.store(v))
}

// AppendSlice adds strings at the end.
func (s *Strings) AppendSlice(vs []string) {
	for _, v := range vs {
		s.Append(v)
	}
}

// AppendSeq adds strings at the end. seq may read the list itself, and will see what has been added.
func (s *Strings) AppendSeq(seq iter.Seq[string]) {
	s.spans.open()
	for v := range seq {
		s.Append(v)
	}
}

// store puts the bytes of a string at the end of the text.
func (s *Strings) store(v string) span {
	need := len(v)
	if need >= long {
		need += longBytes
	}
	if need > cap(s.text.s)-len(s.text.s) {
		v = strings.Clone(v) // in case it is a view: the text moves
		if s.holes > len(s.text.s)/2 {
			s.closeUp()
		}
		s.text.reserve(need)
	}
	from, n := len(s.text.s), len(v)
	if from > maxText-need {
		panic(&NoMemoryError{Elements: from + need, ElementSize: 1})
	}
	if n >= long {
		s.text.s = binary.LittleEndian.AppendUint64(s.text.s, uint64(n))
		n = long
	}
	s.text.s = append(s.text.s, v...)
	return span(from)<<lengthBits | span(n)
}

// reserve makes room for n more elements as appending them does: with over-allocation.
func (a *Array[T]) reserve(n int) {
	if n > cap(a.s)-len(a.s) {
		a.grow(n)
	}
}

// Set replaces string i, which may be by a view of the list itself. A string that is no longer than the old one takes
// its place; a longer one goes to the end of the text.
func (s *Strings) Set(i int, v string) {
	old := s.spans.At(i)
	size := s.size(old)
	if len(v) <= int(old&long) && size < long {
		copy(s.bytes(old), v)
		s.spans.Set(i, old&^long|span(len(v)))
		s.holes += size - len(v)
		return
	}
	s.spans.Set(i, s.store(v))
	s.holes += size
}

// Insert puts a string before string i, or at the end if i is the length. The spans behind move, the text does not.
func (s *Strings) Insert(i int, v string) {
	n := s.spans.Len()
	_ = s.spans.s[i:n] // panics with the runtime's own error before anything is stored
	s.spans.reserve(1)
	s.spans.Insert(i, s.store(v))
}

// Delete removes the strings [i, j).
func (s *Strings) Delete(i, j int) {
	n := s.spans.Len()
	for _, sp := range s.spans.s[:n:n][i:j] {
		s.holes += s.size(sp)
	}
	s.spans.Delete(i, j)
	if s.spans.Len() == 0 {
		s.Clear()
	}
}

// Pop removes and returns the last string, a copy, and false if there is none.
func (s *Strings) Pop() (string, bool) {
	sp, ok := s.spans.Pop()
	if !ok {
		return "", false
	}
	v, size := string(s.bytes(sp)), s.size(sp)
	if from := int(sp >> lengthBits); from+size == len(s.text.s) { // as in a list that is used as a stack
		s.text.s = s.text.s[:from]
	} else {
		s.holes += size
	}
	if s.spans.Len() == 0 {
		s.Clear()
	}
	return v, true
}

// Swap exchanges strings i and j; their bytes stay where they are.
func (s *Strings) Swap(i, j int) { s.spans.Swap(i, j) }

// Clear removes all strings and keeps the memory; Compact after it frees that too.
func (s *Strings) Clear() {
	s.spans.Clear()
	s.text.Clear()
	s.holes = 0
}

// Clone returns a copy of the list, without holes and spare capacity, to be closed on its own.
func (s *Strings) Clone() *Strings {
	s.spans.open()
	c := &Strings{spans: create[span](0), text: create[byte](0)}
	c.start(len(s.spans.s), len(s.text.s)-s.holes)
	for _, sp := range s.spans.s {
		c.spans.s = append(c.spans.s, c.store(text(s.bytes(sp))))
	}
	runtime.KeepAlive(s)
	return c
}

// All iterates over indices and copies of the strings. The list may be changed in the loop: each step looks at it as it
// is then, and the loop ends where the list does.
func (s *Strings) All() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, sp := range s.spans.All() {
			if !yield(i, string(s.bytes(sp))) {
				break
			}
		}
		runtime.KeepAlive(s)
	}
}

// Backward iterates over indices and copies of the strings from the last one down, as All does.
func (s *Strings) Backward() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, sp := range s.spans.Backward() {
			if !yield(i, string(s.bytes(sp))) {
				break
			}
		}
		runtime.KeepAlive(s)
	}
}

// Values iterates over copies of the strings, as All does.
func (s *Strings) Values() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, v := range s.All() {
			if !yield(v) {
				return
			}
		}
	}
}

// Views iterates over indices and views of the strings, without an allocation. Each is valid until the list is next
// changed, sorted or closed, as one from View is.
func (s *Strings) Views() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		_ = s.text.Slice() // notes that there are views
		for i, sp := range s.spans.All() {
			if !yield(i, text(s.bytes(sp))) {
				return
			}
		}
	}
}
