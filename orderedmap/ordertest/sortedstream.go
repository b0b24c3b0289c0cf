package ordertest

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
)

// A SortedOp is one operation of a stream for a sorted map. What it does to which key depends on where the stream
// stands when it runs, so a stream stays runnable, whatever is cut out of it.
type SortedOp struct {
	Kind SortedKind
	Key  uint8
	Arg  uint8
}

// A SortedKind of operation.
type SortedKind uint8

const (
	sortedSet SortedKind = iota
	sortedGetOrSet
	sortedCompute
	sortedDelete
	sortedAround // Rank, Index, Floor, Ceiling and the like of one key
	sortedPopFront
	sortedPopBack
	sortedDeleteRange
	sortedLoop // range over All, From, Range or Backward: the operations that follow are the body's
	sortedDeleteFunc
	sortedSetAll
	sortedClone
	sortedGrow
	sortedShrink
	sortedClear
	sortedKinds
)

func (o SortedOp) String() string {
	return fmt.Sprintf("%s(%d, %d)", [...]string{"Set", "GetOrSet", "Compute", "Delete", "Rank…", "PopFront", "PopBack",
		"DeleteRange", "loop", "DeleteFunc", "SetAll", "Clone", "Grow", "Shrink", "Clear"}[o.Kind], o.Key, o.Arg)
}

// DecodeSorted makes a stream of bytes, three for each operation.
func DecodeSorted(data []byte) []SortedOp {
	var ops []SortedOp
	for ; len(data) >= 3; data = data[3:] {
		ops = append(ops, SortedOp{SortedKind(data[0] % uint8(sortedKinds)), data[1], data[2]})
	}
	return ops
}

// randomSorted returns a stream of n operations; those that empty or copy the whole map are rare.
func randomSorted(r *rand.Rand, n int) []SortedOp {
	ops := make([]SortedOp, n)
	for i := range ops {
		kind := SortedKind(r.IntN(int(sortedDeleteRange)))
		if r.IntN(12) == 0 {
			kind = sortedDeleteRange + SortedKind(r.IntN(int(sortedKinds-sortedDeleteRange)))
		}
		if kind == sortedClear && r.IntN(3) != 0 {
			kind = sortedSet
		}
		ops[i] = SortedOp{kind, uint8(r.IntN(256)), uint8(r.IntN(256))}
	}
	return ops
}

// A sortedMachine runs a stream on a map and on the model. The clones that it takes on the way must stay as they
// were.
type sortedMachine[M SortedMap[int, int, M]] struct {
	s      Sorted[M]
	m      M
	model  sortedModel
	kept   []M
	keptAs []sortedModel
	ops    []SortedOp
	keys   int // the key space: small, so that keys meet
	at     int // the key that the innermost loop stands on
	loops  int
	every  int // check the whole map after so many operations
	done   int
}

// Replay runs a stream on an empty map and returns how the map differs from the model, or nil.
func (s Sorted[M]) Replay(ops []SortedOp) (err error) {
	r := &sortedMachine[M]{s: s, m: s.New(), ops: ops, keys: 64, every: 7}
	if len(ops) > 500 {
		r.keys, r.every = 1000, 50
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	for len(r.ops) > 0 {
		if err := r.step(); err != nil {
			return err
		}
	}
	for i, m := range r.kept {
		if err := r.whole(m, r.keptAs[i]); err != nil {
			return fmt.Errorf("clone %d: %w", i, err)
		}
	}
	return r.whole(r.m, r.model)
}

func (r *sortedMachine[M]) whole(m M, model sortedModel) error {
	if err := r.s.check(m); err != nil {
		return err
	}
	return sameSorted(m, model)
}

// step takes one operation off the stream and runs it.
func (r *sortedMachine[M]) step() error {
	op := r.ops[0]
	r.ops = r.ops[1:]
	if err := r.run(op); err != nil {
		return fmt.Errorf("%v: %w", op, err)
	}
	if r.done++; r.done%r.every == 0 {
		if err := r.whole(r.m, r.model); err != nil {
			return fmt.Errorf("after %v: %w", op, err)
		}
	}
	return nil
}

// key says which key an operation means: inside a loop often the current one or a neighbour of it.
func (r *sortedMachine[M]) key(op SortedOp) int {
	if r.loops > 0 && op.Key%8 < 5 {
		return r.at + int(op.Key%8) - 2
	}
	return (int(op.Key) + 37*int(op.Arg)) % r.keys
}

func (r *sortedMachine[M]) run(op SortedOp) error {
	key, arg := r.key(op), int(op.Arg)
	switch op.Kind {
	case sortedSet:
		old, added := r.m.Set(key, arg)
		wantOld, wantAdded := r.model.set(key, arg)
		return differ("Set", pairOf(old, added), pairOf(wantOld, wantAdded))
	case sortedGetOrSet:
		want, ok := r.model.get(key)
		if !ok {
			want = arg
			r.model.set(key, arg)
		}
		actual, loaded := r.m.GetOrSet(key, arg)
		return differ("GetOrSet", pairOf(actual, loaded), pairOf(want, ok))
	case sortedCompute:
		return r.compute(key, arg)
	case sortedDelete:
		old, deleted := r.m.Delete(key)
		wantOld, wantDeleted := r.model.remove(key)
		return differ("Delete", pairOf(old, deleted), pairOf(wantOld, wantDeleted))
	case sortedAround:
		return sameAround(r.m, r.model, key)
	case sortedPopFront, sortedPopBack:
		i, pop := 0, r.m.PopFront
		if op.Kind == sortedPopBack {
			i, pop = len(r.model)-1, r.m.PopBack
		}
		k, v, ok := r.model.at(i)
		r.model.remove(k)
		return differ("Pop", tripleOf(pop()), tripleOf(k, v, ok))
	case sortedDeleteRange:
		hi := key + arg*arg/16 - 5
		return differ("DeleteRange", r.m.DeleteRange(key, hi), r.model.removeRange(key, hi))
	case sortedLoop:
		return r.loop(key, arg)
	case sortedDeleteFunc:
		del := func(k int) bool { return (k+int(op.Key))%(2+arg%6) == 0 == (arg%3 == 0) }
		r.m.DeleteFunc(func(k, _ int) bool { return del(k) })
		r.model = slices.DeleteFunc(r.model, func(e entry) bool { return del(e.key) })
	case sortedSetAll:
		r.setAll(key, arg)
	case sortedClone:
		r.kept, r.keptAs = append(r.kept, r.m.Clone()), append(r.keptAs, slices.Clone(r.model))
		if last := len(r.kept) - 1; r.loops == 0 && arg%2 == 0 { // go on with the clone
			r.kept[last], r.m = r.m, r.kept[last]
		}
	case sortedGrow:
		r.m.Grow(arg)
	case sortedShrink:
		r.m.Shrink()
	case sortedClear:
		r.m.Clear()
		r.model = nil
	}
	return nil
}

// compute sets or deletes, and now and then changes the map from within.
func (r *sortedMachine[M]) compute(key, arg int) error {
	keep := arg%2 == 0
	was, _ := r.model.get(key)
	v, ok := r.m.Compute(key, func(old int, ok bool) (int, bool) {
		switch arg % 16 {
		case 2, 3:
			r.m.Delete(key)
			r.model.remove(key)
		case 4, 5:
			for k := range 20 {
				r.m.Set(key-10+k, 1)
				r.model.set(key-10+k, 1)
			}
		case 6, 7:
			r.m.PopFront()
			if len(r.model) > 0 {
				r.model = r.model[1:]
			}
		case 8, 9:
			r.kept, r.keptAs = append(r.kept, r.m.Clone()), append(r.keptAs, slices.Clone(r.model))
		}
		return old + arg, keep
	})
	want := was + arg
	if keep {
		r.model.set(key, want)
	} else {
		r.model.remove(key)
		want = 0
	}
	return differ("Compute", pairOf(v, ok), pairOf(want, keep))
}

// setAll sets a run of keys: in order, in reverse, behind the last one, or from the map itself.
func (r *sortedMachine[M]) setAll(key, arg int) {
	var batch []entry
	for i := range arg % 50 {
		switch arg % 4 {
		case 0:
			batch = append(batch, entry{key + 2*i, arg})
		case 1:
			batch = append(batch, entry{key - i, arg})
		case 2:
			last, _, _ := r.model.at(len(r.model) - 1)
			batch = append(batch, entry{last + i, arg})
		}
	}
	if arg%4 == 3 {
		r.m.SetAll(r.m.All())
	}
	r.m.SetAll(func(yield func(int, int) bool) {
		for _, e := range batch {
			if !yield(e.key, e.value) {
				return
			}
		}
	})
	for _, e := range batch {
		r.model.set(e.key, e.value)
	}
}

// loop ranges over the map, or a part of it, and expects what the model yields. The body takes up to three
// operations of the stream for each step, for at most as many steps as arg says.
func (r *sortedMachine[M]) loop(key, arg int) error {
	lo, hi, seq := math.MinInt, math.MaxInt, iter.Seq2[int, int](nil)
	backward := false
	switch arg % 5 {
	case 0:
		seq = r.m.All()
	case 1:
		lo, seq = key, r.m.From(key)
	case 2, 3:
		lo, hi = key, key+arg/2
		seq = r.m.Range(lo, hi)
	case 4:
		backward, seq = true, r.m.Backward()
	}
	if r.loops == 2 {
		return nil
	}
	outer := r.at
	r.loops++
	defer func() { r.at = outer; r.loops-- }()
	steps, body := arg%32, arg%4
	place, _ := r.model.rank(lo)
	if backward {
		place = len(r.model) - 1
	}
	for k, v := range seq {
		wantKey, wantValue, ok := r.model.at(place)
		if !ok || wantKey >= hi {
			return fmt.Errorf("yields %d=%d after the end", k, v)
		}
		if k != wantKey || v != wantValue {
			return fmt.Errorf("yields %d=%d, want %d=%d", k, v, wantKey, wantValue)
		}
		if steps--; steps < 0 {
			return nil
		}
		for range body {
			if len(r.ops) == 0 {
				break
			}
			r.at = k
			if err := r.step(); err != nil {
				return fmt.Errorf("in a loop at %d: %w", k, err)
			}
		}
		i, found := r.model.rank(k)
		switch {
		case backward:
			place = i - 1
		case found:
			place = i + 1
		default:
			place = i
		}
	}
	if wantKey, _, ok := r.model.at(place); ok && wantKey < hi {
		return fmt.Errorf("ends before %d", wantKey)
	}
	return nil
}
