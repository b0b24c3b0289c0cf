package subject

import "innards/dynarray"

// StringList is a list of strings, for what it costs a collector.
type StringList interface {
	New()
	Append(v []byte)
	At(i int) string
	Free()
}

// StringLists returns the slice, and the list that is off the heap.
func StringLists() [2]StringList { return [2]StringList{new(stringSlice), new(offHeap)} }

// stringSlice is a []string, each element of which is an object of its own.
type stringSlice struct{ s []string }

func (l *stringSlice) New()            { l.s = nil }
func (l *stringSlice) Append(v []byte) { l.s = append(l.s, string(v)) }
func (l *stringSlice) At(i int) string { return l.s[i] }
func (l *stringSlice) Free()           { l.s = nil }

// offHeap is dynarray.Strings.
type offHeap struct{ s *dynarray.Strings }

func (l *offHeap) New()            { l.s = dynarray.NewStrings(0, 0) }
func (l *offHeap) Append(v []byte) { l.s.Append(string(v)) }
func (l *offHeap) At(i int) string { return l.s.At(i) }
func (l *offHeap) Free()           { _ = l.s.Close() } // it is open
