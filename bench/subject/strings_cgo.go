//go:build cgo

package subject

import "innards/dynarray"

// cStrings are those that need cgo.
func cStrings() []StringList { return []StringList{new(offHeap)} }

// offHeap is dynarray.Strings.
type offHeap struct{ s *dynarray.Strings }

func (l *offHeap) New()            { l.s = dynarray.NewStrings(0, 0) }
func (l *offHeap) Append(v []byte) { l.s.Append(string(v)) }
func (l *offHeap) At(i int) string { return l.s.At(i) }
func (l *offHeap) Free()           { _ = l.s.Close() } // it is open
