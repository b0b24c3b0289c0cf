package ordertest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
)

// An Op is one operation of a stream. What it does to which key depends on where the stream stands when
// it runs, so a stream stays runnable, whatever is cut out of it.
type Op struct {
	Kind Kind
	Key  uint8
	Arg  uint8
}

// A Kind of operation.
type Kind uint8

const (
	set Kind = iota
	getOrSet
	compute
	get
	remove
	popFront
	popBack
	moveToFront
	moveToBack
	loop     // range over All: the operations that follow are the body's, a few for each step
	loopBack // range over Backward
	deleteFunc
	setAll
	fill // as many new keys as make any map grow
	cloneIt
	grow
	shrink
	clearAll
	kinds
)

func (k Kind) String() string {
	return [...]string{"Set", "GetOrSet", "Compute", "Get", "Delete", "PopFront", "PopBack", "MoveToFront", "MoveToBack",
		"All", "Backward", "DeleteFunc", "SetAll", "fill", "Clone", "Grow", "Shrink", "Clear"}[k]
}

func (o Op) String() string { return fmt.Sprintf("%v(%d, %d)", o.Kind, o.Key, o.Arg) }

// Each operation is followed by a look at the whole map, so a stream of two thousand operations that each make it grow takes
// eleven seconds, which the fuzzer calls a hang. No map is filled beyond crowded entries, and Decode takes no more than longest
// operations.
const (
	crowded = 1000
	longest = 400
)

// Decode makes a stream of bytes, three for each operation.
func Decode(data []byte) []Op {
	var ops []Op
	for ; len(data) >= 3 && len(ops) < longest; data = data[3:] {
		ops = append(ops, Op{Kind(data[0] % uint8(kinds)), data[1], data[2]})
	}
	return ops
}

// random returns a stream of n operations; those that empty or copy the whole map are rare.
func random(r *rand.Rand, n int) []Op {
	ops := make([]Op, n)
	for i := range ops {
		kind := Kind(r.IntN(int(deleteFunc)))
		if r.IntN(20) == 0 {
			kind = deleteFunc + Kind(r.IntN(int(kinds-deleteFunc)))
		}
		if kind == clearAll && r.IntN(3) != 0 {
			kind = set
		}
		ops[i] = Op{kind, uint8(r.IntN(256)), uint8(r.IntN(256))}
	}
	return ops
}

// A machine runs a stream on a map and on the model.
type machine[M Map[int, int, M]] struct {
	m     M
	model model
	ops   []Op
	keys  int   // the key space: small, so that keys meet
	at    *pair // the pair that the innermost loop stands on
	fresh int   // for keys never used before
	every int   // check the whole map after so many operations
	done  int
}

// Replay runs a stream on an empty map and returns how the map differs from the model, or nil.
func Replay[M Map[int, int, M]](newMap func(capacity int) M, ops []Op) (err error) {
	r := &machine[M]{m: newMap(0), ops: ops, keys: 16, fresh: 1000, every: 1}
	if len(ops) > 500 {
		r.keys, r.every = 200, 50
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
	return r.compare()
}

// step takes one operation off the stream and runs it.
func (r *machine[M]) step() error {
	op := r.ops[0]
	r.ops = r.ops[1:]
	if err := r.run(op); err != nil {
		return fmt.Errorf("%v: %w", op, err)
	}
	if r.done++; r.done%r.every == 0 {
		if err := r.compare(); err != nil {
			return fmt.Errorf("after %v: %w", op, err)
		}
	}
	return nil
}

// key says which key an operation means: inside a loop often the current one or a neighbour of it.
func (r *machine[M]) key(op Op) int {
	if r.at != nil {
		switch choice := op.Key % 8; choice {
		case 0, 1:
			return r.at.key
		case 2, 3:
			if near := r.model.next(r.at, choice == 3); near != nil {
				return near.key
			}
		}
	}
	return int(op.Key) % r.keys
}

func (r *machine[M]) run(op Op) error {
	key, arg := r.key(op), int(op.Arg)
	switch op.Kind {
	case set:
		old, added := r.m.Set(key, arg)
		wantOld, wantAdded := r.model.set(key, arg)
		return differ("Set", pairOf(old, added), pairOf(wantOld, wantAdded))
	case getOrSet:
		actual, loaded := r.m.GetOrSet(key, arg)
		if p := r.model.find(key); p != nil {
			return differ("GetOrSet", pairOf(actual, loaded), pairOf(p.value, true))
		}
		r.model.set(key, arg)
		return differ("GetOrSet", pairOf(actual, loaded), pairOf(arg, false))
	case compute:
		return r.compute(key, arg)
	case get:
		p := r.model.find(key)
		v, ok := r.m.Get(key)
		return differ("Get", pairOf(v, ok), pairOf(valueOf(p), p != nil))
	case remove:
		v, ok := r.m.Delete(key)
		_, wantV, wantOK := r.model.remove(r.model.find(key))
		return differ("Delete", pairOf(v, ok), pairOf(wantV, wantOK))
	case popFront:
		return differ("PopFront", tripleOf(r.m.PopFront()), tripleOf(r.model.remove(r.model.front())))
	case popBack:
		return differ("PopBack", tripleOf(r.m.PopBack()), tripleOf(r.model.remove(r.model.back())))
	case moveToFront:
		return differ("MoveToFront", r.m.MoveToFront(key), r.model.move(key, true))
	case moveToBack:
		return differ("MoveToBack", r.m.MoveToBack(key), r.model.move(key, false))
	case loop:
		return r.loop(r.m.All(), false, arg)
	case loopBack:
		return r.loop(r.m.Backward(), true, arg)
	case deleteFunc:
		del := func(k, v int) bool { return (k^v)%(arg%4+1) == 0 }
		r.m.DeleteFunc(del)
		for _, p := range r.model.live() {
			if del(p.key, p.value) {
				p.gone = true
			}
		}
		r.model.sweep()
	case setAll:
		if arg%4 == 0 { // from itself: nothing changes
			r.m.SetAll(r.m.All())
			return nil
		}
		r.m.SetAll(func(yield func(int, int) bool) {
			for k := key; k < key+arg%8 && yield(k, arg); k++ {
			}
		})
		for k := key; k < key+arg%8; k++ {
			r.model.set(k, arg)
		}
	case fill:
		if r.m.Len() > crowded {
			break
		}
		for range arg % 64 {
			r.m.Set(r.fresh, arg)
			r.model.set(r.fresh, arg)
			r.fresh++
		}
	case cloneIt:
		return r.clone(key)
	case grow:
		r.m.Grow(arg)
	case shrink:
		r.m.Shrink()
	case clearAll:
		r.m.Clear()
		r.model.clear()
	}
	return nil
}

// compute sets or deletes, and now and then changes the map from within.
func (r *machine[M]) compute(key, arg int) error {
	keep := arg%2 == 0
	v, ok := r.m.Compute(key, func(old int, ok bool) (int, bool) {
		switch arg % 16 {
		case 2, 3:
			r.m.Delete(key)
		case 4, 5:
			r.m.Set(r.fresh, 0)
		case 6, 7:
			r.m.MoveToFront(key)
		}
		return old + arg, keep
	})
	p := r.model.find(key)
	want := valueOf(p) + arg
	switch arg % 16 {
	case 2, 3:
		r.model.remove(p)
	case 4, 5:
		r.model.set(r.fresh, 0)
		r.fresh++
	case 6, 7:
		r.model.move(key, true)
	}
	if !keep {
		r.model.remove(r.model.find(key))
		want = 0
	} else {
		r.model.set(key, want)
	}
	return differ("Compute", pairOf(v, ok), pairOf(want, keep))
}

// clone checks that a clone and its original are equal and independent, and goes on with the clone, or,
// inside a loop over the original, with that.
func (r *machine[M]) clone(key int) error {
	c := r.m.Clone()
	old := r.m
	if r.model.loops == 0 {
		r.m = c
	} else {
		old = c
	}
	if err := r.compare(); err != nil {
		return err
	}
	old.Set(key, -1)
	old.PopFront()
	old.MoveToFront(key)
	return nil
}

// loop ranges over the map and expects what the model yields. The body takes up to three operations of
// the stream for each step, for at most as many steps as arg says.
func (r *machine[M]) loop(seq iter.Seq2[int, int], backward bool, arg int) error {
	outer := r.at
	if r.model.loops == 2 {
		return nil
	}
	r.model.loops++
	defer func() {
		r.at = outer
		r.model.loops--
		r.model.sweep()
	}()
	steps, body := arg%32, arg%4
	want := r.model.next(nil, backward)
	for k, v := range seq {
		if want == nil {
			return fmt.Errorf("yields %d=%d after the end", k, v)
		}
		if k != want.key || v != want.value {
			return fmt.Errorf("yields %d=%d, want %d=%d", k, v, want.key, want.value)
		}
		if steps--; steps < 0 {
			return nil
		}
		for range body {
			if len(r.ops) == 0 {
				break
			}
			r.at = want
			if err := r.step(); err != nil {
				return fmt.Errorf("in a loop at %d: %w", k, err)
			}
		}
		want = r.model.next(want, backward)
	}
	if want != nil {
		return fmt.Errorf("ends before %d=%d", want.key, want.value)
	}
	return nil
}

// compare holds the whole map against the model.
func (r *machine[M]) compare() error {
	live := r.model.live()
	for i, p := range live {
		if k, v := r.m.Nth(i); k != p.key || v != p.value {
			return fmt.Errorf("Nth(%d) is %d=%d, want %d=%d", i, k, v, p.key, p.value)
		}
		if at := r.m.Index(p.key); at != i {
			return fmt.Errorf("Index(%d) is %d, want %d", p.key, at, i)
		}
	}
	if err := compareSeq("All", r.m.All(), live); err != nil {
		return err
	}
	slices.Reverse(live)
	if err := compareSeq("Backward", r.m.Backward(), live); err != nil {
		return err
	}
	if n := r.m.Len(); n != len(live) {
		return fmt.Errorf("Len() is %d, want %d", n, len(live))
	}
	if r.m.Contains(-1) || r.m.Index(-1) != -1 {
		return fmt.Errorf("a key that was never set is found")
	}
	front, back := r.model.front(), r.model.back()
	if err := differ("Front", tripleOf(r.m.Front()), tripleOf(keyOf(front), valueOf(front), front != nil)); err != nil {
		return err
	}
	return differ("Back", tripleOf(r.m.Back()), tripleOf(keyOf(back), valueOf(back), back != nil))
}

func compareSeq(name string, seq iter.Seq2[int, int], want []*pair) error {
	i := 0
	for k, v := range seq {
		if i == len(want) {
			return fmt.Errorf("%s yields %d=%d after the end", name, k, v)
		}
		if k != want[i].key || v != want[i].value {
			return fmt.Errorf("%s yields %d=%d as number %d, want %d=%d", name, k, v, i, want[i].key, want[i].value)
		}
		i++
	}
	if i < len(want) {
		return fmt.Errorf("%s ends after %d of %d entries", name, i, len(want))
	}
	return nil
}

func keyOf(p *pair) int {
	if p == nil {
		return 0
	}
	return p.key
}

func valueOf(p *pair) int {
	if p == nil {
		return 0
	}
	return p.value
}

func pairOf(v int, ok bool) [2]any      { return [2]any{v, ok} }
func tripleOf(k, v int, ok bool) [3]any { return [3]any{k, v, ok} }
func differ[T comparable](what string, got, want T) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("%s returns %v, want %v", what, got, want)
}
