package maptest

import (
	"errors"
	"fmt"
)

// nilMap reads a nil map.
func (s numbered) nilMap() error {
	m := s.None
	m.DeleteFunc(func(int, int) bool { panic("DeleteFunc called its function for an entry of a nil map") })
	if old, deleted := m.Delete(1); deleted {
		return fmt.Errorf("Delete() from a nil map gave %v, true", old)
	}
	m.Clear()
	m.Shrink()
	v, ok := m.Get(1)
	if err := wantResult("Get", v, 0, ok, false); err != nil {
		return err
	}
	if m.Contains(1) || m.At(1) != 0 || m.Len() != 0 {
		return errors.New("a nil map is not empty")
	}
	for k := range m.Keys() {
		return fmt.Errorf("Keys() of a nil map produced %v", k)
	}
	for v := range m.Values() {
		return fmt.Errorf("Values() of a nil map produced %v", v)
	}
	for k, v := range m.All() {
		return fmt.Errorf("All() of a nil map produced %v, %v", k, v)
	}
	return nil
}

// zeroMap uses maps that were only declared: each kind of first write once.
func (s numbered) zeroMap() error {
	if s.Zero == nil {
		return nil
	}
	firsts := []func(m numberedMap){
		func(m numberedMap) { m.Set(0, s.Value(0)) },
		func(m numberedMap) { m.GetOrSet(0, s.Value(0)) },
		func(m numberedMap) { m.Compute(0, func(int, bool) (int, bool) { return s.Value(0), true }) },
		func(m numberedMap) { m.SetAll(func(yield func(int, int) bool) { yield(0, s.Value(0)) }) },
		func(m numberedMap) { m.Grow(100); m.Set(0, s.Value(0)) },
		func(m numberedMap) { m.Clear(); m.Shrink(); m.Delete(0); m.Set(0, s.Value(0)) },
		func(m numberedMap) { m.DeleteFunc(func(int, int) bool { return true }); m.Set(0, s.Value(0)) },
	}
	for i, first := range firsts {
		m := s.Zero()
		if err := s.same(m, nil); err != nil {
			return fmt.Errorf("zero map: %w", err)
		}
		if err := s.same(m.Clone(), nil); err != nil {
			return fmt.Errorf("clone of a zero map: %w", err)
		}
		first(m)
		model := map[int]int{0: s.Value(0)}
		for k := range 50 {
			m.Set(k, s.Value(k+1))
			model[k] = s.Value(k + 1)
		}
		if err := s.same(m, model); err != nil {
			return fmt.Errorf("zero map, first write %d: %w", i, err)
		}
	}
	m := s.Zero().Clone()
	m.Set(0, s.Value(0))
	return s.same(m, map[int]int{0: s.Value(0)})
}

func (s numbered) filled(n int) (numberedMap, map[int]int) {
	m, model := s.New(0), map[int]int{}
	for i := range n {
		m.Set(i, s.Value(i))
		model[i] = s.Value(i)
	}
	return m, model
}

// cloneIsIndependent changes a map and its clone apart from each other.
func (s numbered) cloneIsIndependent() error {
	for _, n := range []int{0, 1, 7, 8, 20, 100} {
		a, inA := s.filled(n)
		b, inB := a.Clone(), map[int]int{}
		for k, v := range inA {
			inB[k] = v
		}
		for i := range n + 30 {
			a.Set(i, s.Value(i+1))
			inA[i] = s.Value(i + 1)
			b.Delete(i)
			delete(inB, i)
			b.Set(1000+i, s.Value(i))
			inB[1000+i] = s.Value(i)
			if i%16 == 0 {
				if err := errors.Join(s.same(a, inA), s.same(b, inB)); err != nil {
					return fmt.Errorf("clone of %d entries, after %d changes of both: %w", n, i, err)
				}
			}
		}
	}
	return nil
}

// clearEmpties clears maps of several sizes and fills them again.
func (s numbered) clearEmpties() error {
	m := s.New(0)
	for _, n := range []int{0, 1, 7, 8, 50, 300, 3} {
		model := map[int]int{}
		for i := range n {
			m.Set(i, s.Value(n+i))
			model[i] = s.Value(n + i)
		}
		if err := s.same(m, model); err != nil {
			return fmt.Errorf("%d entries after a Clear: %w", n, err)
		}
		m.Clear()
		if err := s.same(m, nil); err != nil {
			return fmt.Errorf("cleared of %d entries: %w", n, err)
		}
		if m.Contains(0) {
			return fmt.Errorf("cleared of %d entries, still finds one", n)
		}
	}
	return nil
}

// growAndShrink asks for room and gives it back at many sizes: nothing else may change.
func (s numbered) growAndShrink() error {
	for n := 0; n < 300; n = n*3/2 + 1 {
		m, model := s.filled(n)
		for _, room := range []int{0, 1, 5, 100, 1000} {
			m.Grow(room)
			if err := s.same(m, model); err != nil {
				return fmt.Errorf("%d entries, Grow(%d): %w", n, room, err)
			}
		}
		for i := 0; i < n; i += 2 {
			m.Delete(i)
			delete(model, i)
		}
		m.Shrink()
		if err := s.same(m, model); err != nil {
			return fmt.Errorf("%d entries, half deleted, Shrink: %w", n, err)
		}
		m.Shrink()
		for i := range n {
			m.Set(i, s.Value(i))
			model[i] = s.Value(i)
		}
		if err := s.same(m, model); err != nil {
			return fmt.Errorf("%d entries set after a Shrink: %w", n, err)
		}
	}
	if err := guard(func() error { s.New(0).Grow(-1); return nil }); err == nil {
		return errors.New("Grow(-1) does not panic")
	}
	return nil
}

// callbacks changes the map from inside Compute and DeleteFunc.
func (s numbered) callbacks() error {
	for _, change := range []func(m numberedMap, model map[int]int){
		func(m numberedMap, model map[int]int) { m.Delete(3); delete(model, 3) },
		func(m numberedMap, model map[int]int) { m.Set(3, s.Value(77)); model[3] = s.Value(77) },
		func(m numberedMap, model map[int]int) { m.Clear(); clear(model) },
		func(m numberedMap, model map[int]int) { m.Shrink() },
		func(m numberedMap, model map[int]int) {
			for i := range 200 {
				m.Set(500+i, s.Value(i))
				model[500+i] = s.Value(i)
			}
		},
	} {
		for _, n := range []int{0, 3, 4, 14, 15, 60} {
			for _, keep := range []bool{true, false} {
				m, model := s.filled(n)
				got, ok := m.Compute(3, func(int, bool) (int, bool) {
					change(m, model)
					return s.Value(99), keep
				})
				want := 0
				delete(model, 3)
				if keep {
					want = s.Value(99)
					model[3] = want
				}
				if err := wantResult("Compute", got, want, ok, keep); err != nil {
					return err
				}
				if err := s.same(m, model); err != nil {
					return fmt.Errorf("%d entries, Compute whose function changes the map (keep: %v): %w", n, keep, err)
				}
			}
			m, model := s.filled(n)
			changed := false
			m.DeleteFunc(func(k, _ int) bool {
				if !changed {
					change(m, model)
					changed = true
				}
				delete(model, k)
				return true
			})
			// Entries added inside may have been visited or not: what is left must be a part of the model.
			for k, v := range m.All() {
				if want, ok := model[k]; !ok || v != want {
					return fmt.Errorf("%d entries, DeleteFunc whose function changes the map: left %v, %v", n, k, v)
				}
			}
			if m.Len() != len(model) {
				return fmt.Errorf("%d entries, DeleteFunc whose function changes the map: Len is %d, want %d", n, m.Len(), len(model))
			}
		}
	}
	return nil
}
