package maptest

import (
	"fmt"
	"math/rand/v2"
)

// rangeLaws ranges over maps while they change in the loop, in ways drawn at random: mostly small ones, sometimes a
// growth by hundreds, rarely a Shrink or a Clear.
func (s numbered) rangeLaws() error {
	for seed := range uint64(300) {
		w := walk{s: s, r: rand.New(rand.NewPCG(seed, 2)), mode: int(seed % 6)}
		if err := w.run(); err != nil {
			return fmt.Errorf("range %d (mode %d): %w", seed, w.mode, err)
		}
	}
	return nil
}

// walk is one range over a changing map, with a record of what happened to each entry.
type walk struct {
	s     numbered
	r     *rand.Rand
	mode  int // which changes the body makes
	m     numberedMap
	model map[int]entry
	next  int // the number of the next new key
	calls int
}

// entry is one life of a key in the map: deleted and set again, it is another entry.
type entry struct {
	value    int
	produced bool
	old      bool // there before the range began
}

func (w *walk) run() error {
	w.next = w.r.IntN(60)
	w.m = w.s.New(w.r.IntN(100))
	w.model = map[int]entry{}
	for i := range w.next {
		w.m.Set(i, w.s.Value(i))
		w.model[i] = entry{value: w.s.Value(i), old: true}
	}
	stop := w.r.IntN(200)
	for k, v := range w.m.All() {
		e, ok := w.model[k]
		switch {
		case !ok:
			return fmt.Errorf("produced %v, which is deleted", k)
		case e.value != v:
			return fmt.Errorf("produced %v with %v, its value is %v", k, v, e.value)
		case e.produced:
			return fmt.Errorf("produced %v twice", k)
		}
		e.produced = true
		w.model[k] = e
		w.change(k)
		if w.calls++; w.calls > 5000 {
			return fmt.Errorf("still ranging after %d entries, %d are there", w.calls, w.m.Len())
		}
		if w.calls == stop {
			return nil
		}
	}
	want := map[int]int{}
	for k, e := range w.model {
		if e.old && !e.produced {
			return fmt.Errorf("did not produce %v, which was there all along", k)
		}
		want[k] = e.value
	}
	return w.s.same(w.m, want)
}

// change does to the map what the mode says, and notes it.
func (w *walk) change(current int) {
	key := w.r.IntN(w.next + 1)
	switch w.mode {
	case 0: // read only, but for a value now and then
		w.update(key)
	case 1: // the entry itself goes
		w.delete(current)
	case 2: // others go, and come back
		w.delete(key)
		if w.r.IntN(2) == 0 {
			w.delete(w.r.IntN(w.next + 1))
			w.add(key)
		}
	case 3: // growth: a few rounds of it, for the range need not end while entries are added
		if w.next < 400 {
			for range w.r.IntN(40) {
				w.next++
				w.add(w.next)
			}
		}
		w.delete(key)
		w.update(w.r.IntN(w.next))
	case 4: // room
		w.room(key)
	case 5: // the end of all
		w.delete(key)
		if w.r.IntN(20) == 0 {
			w.m.Clear()
			clear(w.model)
			w.add(key)
			w.add(current)
		}
	}
}

func (w *walk) room(key int) {
	w.delete(key)
	switch w.r.IntN(4) {
	case 0:
		w.m.Grow(w.r.IntN(300))
	case 1:
		w.m.Shrink()
	case 2:
		doomed := w.r.IntN(w.next + 1)
		w.m.DeleteFunc(func(k, _ int) bool { return k == doomed })
		delete(w.model, doomed)
	}
	w.update(w.r.IntN(w.next + 1))
}

func (w *walk) delete(key int) {
	w.m.Delete(key)
	delete(w.model, key)
}

// update sets the value of an entry that is there, which is not a change of the map.
func (w *walk) update(key int) {
	if e, ok := w.model[key]; ok {
		e.value = w.s.Value(w.r.IntN(1000))
		w.m.Set(key, e.value)
		w.model[key] = e
	}
}

func (w *walk) add(key int) {
	if _, ok := w.model[key]; !ok {
		value := w.s.Value(w.r.IntN(1000))
		w.m.Set(key, value)
		w.model[key] = entry{value: value}
	}
}
