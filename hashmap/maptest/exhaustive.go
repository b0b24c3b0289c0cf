package maptest

import "fmt"

// exhaustive runs all sequences of four operations on single entries, and all of three with those on the whole map:
// most faults of a map need no more.
func (s Subject[K, V, M]) exhaustive() error {
	single := []Op{
		{opSet, 0, 1}, {opSet, 1, 2}, {opGetOrSet, 0, 3}, {opComputeSet, 0, 4}, {opComputeDelete, 0, 5},
		{opDelete, 0, 0}, {opDelete, 1, 0},
	}
	whole := []Op{
		{opDeleteFunc, 0, 0}, {opSetAll, 0, 9}, {opGrow, 0, 20}, {opShrink, 0, 0}, {opClone, 0, 6}, {opClear, 0, 0},
	}
	if err := s.sequences(make([]Op, 4), 0, single); err != nil {
		return err
	}
	return s.sequences(make([]Op, 3), 0, append(single, whole...))
}

// sequences fills ops from i on with all sequences over the alphabet, and runs them.
func (s Subject[K, V, M]) sequences(ops []Op, i int, alphabet []Op) error {
	if i == len(ops) {
		return s.stream(ops)
	}
	for _, ops[i] = range alphabet {
		if err := s.sequences(ops, i+1, alphabet); err != nil {
			return err
		}
	}
	return nil
}

// sizes fills a map to every small size, presized and not, checks it, and empties it in three orders.
func (s Subject[K, V, M]) sizes() error {
	for n := 0; n < 130; n += 1 + n/40*5 {
		for _, capacity := range []int{0, n, 2 * n} {
			for order := range 3 {
				if err := s.fillAndEmpty(n, capacity, order); err != nil {
					return fmt.Errorf("%d entries, capacity %d, order %d: %w", n, capacity, order, err)
				}
			}
		}
	}
	return nil
}

func (s Subject[K, V, M]) fillAndEmpty(n, capacity, order int) error {
	m := s.New(capacity)
	model := map[K]V{}
	for i := range n {
		if _, added := m.Set(s.Key(i), s.Value(i)); !added {
			return fmt.Errorf("Set() of the new key %v reports an old one", s.Key(i))
		}
		model[s.Key(i)] = s.Value(i)
	}
	if err := s.same(m, model); err != nil {
		return err
	}
	for i := range n {
		switch order {
		case 1:
			i = n - 1 - i
		case 2:
			i = (i*7 + 3) % n // n and 7 have a divisor in common at times: then some keys stay
		}
		want, present := model[s.Key(i)]
		old, deleted := m.Delete(s.Key(i))
		if err := wantResult("Delete", old, want, deleted, present); err != nil {
			return fmt.Errorf("key %v: %w", s.Key(i), err)
		}
		delete(model, s.Key(i))
		if _, ok := m.Get(s.Key(n + i)); ok {
			return fmt.Errorf("Get() found the key %v, which was never set", s.Key(n+i))
		}
	}
	return s.same(m, model)
}
