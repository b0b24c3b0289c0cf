package maptest

import "fmt"

func hashLaws(s numbered) []law {
	return []law{
		{"getmany", func() error { return getMany(s) }},
		{"stats", func() error { return stats(s) }},
	}
}

// getMany compares a batch of look-ups with single ones, on maps of all sizes and with half of the keys absent.
func getMany(s numbered) error {
	for n := -1; n < 300; n = n*2 + 2 {
		asked := s.None
		if n >= 0 {
			asked, _ = s.filled(n)
		}
		m := asked.(numberedHashMap)
		keys := make([]int, 0, 2*max(n, 2))
		for i := range cap(keys) {
			keys = append(keys, i)
		}
		values, found := make([]int, len(keys)+1), make([]bool, len(keys)+1)
		for i := range values {
			values[i], found[i] = s.Value(12345), true // leftovers that must go, but for the last one
		}
		count := m.GetMany(keys, values, found)
		if count != max(n, 0) || m.GetMany(keys, nil, nil) != count || m.GetMany(nil, values, found) != 0 {
			return fmt.Errorf("GetMany counts %d of %d", count, n)
		}
		for i, key := range keys {
			want, ok := m.Get(key)
			if err := wantResult("GetMany", values[i], want, found[i], ok); err != nil {
				return fmt.Errorf("%d entries, key %d: %w", n, i, err)
			}
		}
		if last := len(keys); values[last] != s.Value(12345) || !found[last] {
			return fmt.Errorf("GetMany wrote past its %d keys", last)
		}
		if guard(func() error { m.GetMany(keys, values[:1], nil); return nil }) == nil {
			return fmt.Errorf("GetMany takes too short a slice of values")
		}
	}
	return nil
}

// stats checks what holds for any design: the numbers add up.
func stats(s numbered) error {
	for n := 0; n < 500; n = n*2 + 1 {
		m, _ := s.filled(n)
		for i := 0; i < n; i += 3 {
			m.Delete(i)
		}
		st := m.(numberedHashMap).Stats()
		sum := 0
		for _, c := range st.Probes {
			sum += c
		}
		if st.Entries != m.Len() || sum != m.Len() || st.Displaced() != sum-first(st.Probes) {
			return fmt.Errorf("Stats() counts %d entries, %d in its histogram, of %d", st.Entries, sum, m.Len())
		}
		if st.Capacity < st.Entries || st.LoadFactor() > 1 || n > 0 && st.Bytes <= 0 || st.LongestProbe() > n+s.Again {
			return fmt.Errorf("%d entries: impossible Stats %+v", n, st)
		}
		m.Grow(100)
		if st := m.(numberedHashMap).Stats(); st.Capacity < m.Len()+100 {
			return fmt.Errorf("%d entries: capacity %d after Grow(100)", m.Len(), st.Capacity)
		}
	}
	return nil
}

func first(counts []int) int {
	if len(counts) == 0 {
		return 0
	}
	return counts[0]
}
