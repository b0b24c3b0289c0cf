package subject

// StringList is a list of strings, for what it costs a collector.
type StringList interface {
	New()
	Append(v []byte)
	At(i int) string
	Free()
}

// StringLists returns the lists of strings there are, the slice first.
func StringLists() []StringList { return append([]StringList{new(stringSlice)}, cStrings()...) }

// stringSlice is a []string, each element of which is an object of its own.
type stringSlice struct{ s []string }

func (l *stringSlice) New()            { l.s = nil }
func (l *stringSlice) Append(v []byte) { l.s = append(l.s, string(v)) }
func (l *stringSlice) At(i int) string { return l.s[i] }
func (l *stringSlice) Free()           { l.s = nil }
