package kernel

// minGallop is how many elements in a row one side has to give until the merge gallops: looks ahead in steps of 1, 3, 7, …
// for how many more it can give. Galloping costs more than it saves on runs that interleave evenly; so each time it does not
// pay, the next one begins later.
const minGallop = 7

// merge merges [low, middle) and [middle, high), each sorted. What is already in its place at both ends is left out; the
// shorter side is copied out, and the merge starts at the end at which that leaves room.
func (m *merger[T]) merge(low, middle, high int) {
	s := m.s
	low += m.upper(s[low:middle], s[middle]) // these are not greater than the right side's first
	if low == middle {
		return
	}
	high = middle + m.lowerFromEnd(s[middle:high], s[middle-1])
	if middle == high {
		return
	}
	if m.gallop == 0 {
		m.gallop = minGallop
	}
	if middle-low <= high-middle {
		m.mergeUp(s[low:high], middle-low)
	} else {
		m.mergeDown(s[low:high], middle-low)
	}
}

// room returns a slice to copy n elements to.
func (m *merger[T]) room(n int) []T {
	if cap(m.scratch) < n {
		m.scratch = make([]T, n, min(len(m.s)/2+1, max(n, 2*cap(m.scratch))))
	}
	return m.scratch[:n]
}

// mergeUp merges s[:n] and s[n:] from the front. Wherever cmp may panic, left[i:] are just the elements that s lacks, and the
// gap s[at:j] has room for them.
func (m *merger[T]) mergeUp(s []T, n int) {
	left := m.room(n)
	copy(left, s[:n])
	i, j, at := 0, n, 0
	defer func() { copy(s[at:], left[i:]) }() // the rest; also if cmp panics
	for i < len(left) && j < len(s) {
		lefts, rights := 0, 0
		for i < len(left) && j < len(s) && lefts|rights < m.gallop {
			if m.cmp(s[j], left[i]) < 0 {
				s[at] = s[j]
				j++
				lefts, rights = 0, rights+1
			} else {
				s[at] = left[i]
				i++
				lefts, rights = lefts+1, 0
			}
			at++
		}
		for i < len(left) && j < len(s) {
			m.gallop = max(m.gallop-1, 1)
			lefts = m.upper(left[i:], s[j])
			copy(s[at:], left[i:i+lefts])
			i, at = i+lefts, at+lefts
			if i == len(left) {
				return
			}
			rights = m.lower(s[j:], left[i])
			copy(s[at:], s[j:j+rights])
			j, at = j+rights, at+rights
			if lefts < minGallop && rights < minGallop {
				m.gallop += 2
				break
			}
		}
	}
}

// mergeDown is mergeUp from the back, for a right side that is the shorter one: left of j are those of right that s lacks.
func (m *merger[T]) mergeDown(s []T, n int) {
	right := m.room(len(s) - n)
	copy(right, s[n:])
	i, j, at := n, len(right), len(s)
	defer func() { copy(s[at-j:], right[:j]) }()
	for i > 0 && j > 0 {
		lefts, rights := 0, 0
		for i > 0 && j > 0 && lefts|rights < m.gallop {
			if m.cmp(right[j-1], s[i-1]) < 0 {
				i, at = i-1, at-1
				s[at] = s[i]
				lefts, rights = lefts+1, 0
			} else {
				j, at = j-1, at-1
				s[at] = right[j]
				lefts, rights = 0, rights+1
			}
		}
		for i > 0 && j > 0 {
			m.gallop = max(m.gallop-1, 1)
			lefts = i - m.upperFromEnd(s[:i], right[j-1])
			copy(s[at-lefts:at], s[i-lefts:i])
			i, at = i-lefts, at-lefts
			if i == 0 {
				return
			}
			rights = j - m.lowerFromEnd(right[:j], s[i-1])
			copy(s[at-rights:at], right[j-rights:j])
			j, at = j-rights, at-rights
			if lefts < minGallop && rights < minGallop {
				m.gallop += 2
				break
			}
		}
	}
}

// lower returns how many elements of s are less than v, upper how many are not greater; both look near the front first,
// those FromEnd near the end.

func (m *merger[T]) lower(s []T, v T) int {
	from, to := 0, 1
	for to <= len(s) && m.cmp(s[to-1], v) < 0 {
		from, to = to, 2*to+1
	}
	return m.search(s, v, from, min(to-1, len(s)), 0)
}

func (m *merger[T]) upper(s []T, v T) int {
	from, to := 0, 1
	for to <= len(s) && m.cmp(s[to-1], v) <= 0 {
		from, to = to, 2*to+1
	}
	return m.search(s, v, from, min(to-1, len(s)), 1)
}

func (m *merger[T]) lowerFromEnd(s []T, v T) int {
	back, to := 1, len(s)
	for back <= len(s) && m.cmp(s[len(s)-back], v) >= 0 {
		to, back = len(s)-back, 2*back+1
	}
	return m.search(s, v, max(len(s)-back+1, 0), to, 0)
}

func (m *merger[T]) upperFromEnd(s []T, v T) int {
	back, to := 1, len(s)
	for back <= len(s) && m.cmp(s[len(s)-back], v) > 0 {
		to, back = len(s)-back, 2*back+1
	}
	return m.search(s, v, max(len(s)-back+1, 0), to, 1)
}

// search finds the first element, between from and to, whose comparison with v gives at least sign.
func (m *merger[T]) search(s []T, v T, from, to, sign int) int {
	for from < to {
		middle := int(uint(from+to) / 2)
		if m.cmp(s[middle], v) < sign {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}
