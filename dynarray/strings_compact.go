package dynarray

// Compact closes the holes of the text and gives back the memory beyond the last string. The strings then stand in the
// text in the order of the list, so that going over a list that has been sorted reads memory from front to back again.
func (s *Strings) Compact() {
	s.spans.open()
	s.closeUp()
	s.spans.Clip()
	s.text.Clip()
}

// closeUp moves the strings to the front of the text, in the order of the list.
func (s *Strings) closeUp() {
	if s.inOrder() {
		if s.holes > 0 {
			s.text.s = s.text.s[:s.moveTo(s.text.s)] // each moves towards the front, none onto one that still has to
		}
	} else {
		// A second text for a moment. To do without one, the strings would be moved in the order of the text, which is
		// a sort of the spans, and stay in that order: what a sorted list is to be read in costs a copy.
		ordered := New[byte](len(s.text.s))
		defer func() { _ = ordered.Close() }()
		n := s.moveTo(ordered.s[:len(s.text.s)])
		copy(s.text.s, ordered.s[:n])
		s.text.s = s.text.s[:n]
	}
	s.holes = 0
}

// inOrder reports whether no string stands in the text before one that it follows in the list.
func (s *Strings) inOrder() bool {
	last := span(0)
	for _, sp := range s.spans.s {
		if sp>>lengthBits < last {
			return false
		}
		last = sp >> lengthBits
	}
	return true
}

// moveTo moves the strings one behind another to the front of a text, which may be their own, lets the spans say so, and
// returns where the last one ends.
func (s *Strings) moveTo(to []byte) int {
	end := 0
	for i, sp := range s.spans.s {
		from, size := int(sp>>lengthBits), s.size(sp)
		copy(to[end:], s.text.s[from:from+size])
		s.spans.s[i] = span(end)<<lengthBits | sp&long
		end += size
	}
	return end
}
