package maptest

import "fmt"

// exhaustive runs all sequences of four operations on single entries, and all of three with those on the whole map:
// most faults of a map need no more.
func (s numbered) exhaustive() error {
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
func (s numbered) sequences(ops []Op, i int, alphabet []Op) error {
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
func (s numbered) sizes() error {
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

func (s numbered) fillAndEmpty(n, capacity, order int) error {
	m := s.New(capacity)
	model := map[int]int{}
	for i := range n {
		if _, added := m.Set(i, s.Value(i)); !added {
			return fmt.Errorf("Set() of the new key %v reports an old one", i)
		}
		model[i] = s.Value(i)
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
		want, present := model[i]
		old, deleted := m.Delete(i)
		if err := wantResult("Delete", old, want, deleted, present); err != nil {
			return fmt.Errorf("key %v: %w", i, err)
		}
		delete(model, i)
		if _, ok := m.Get(n + i); ok {
			return fmt.Errorf("Get() found the key %v, which was never set", n+i)
		}
	}
	return s.same(m, model)
}
