package maptest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"
)

// An Op is one operation of a stream. What Key and N mean depends on the kind; both stand for small numbers that
// Subject.Key and Subject.Value turn into keys and values.
type Op struct {
	Kind OpKind
	Key  int
	N    int
}

// OpKind names an operation.
type OpKind uint8

const (
	opSet OpKind = iota
	opGet
	opGetOrSet
	opComputeSet    // Compute that keeps the new value
	opComputeDelete // Compute that does not
	opDelete
	opDeleteFunc // deletes the keys whose number is Key modulo N%5+2
	opSetAll     // sets N%40 keys from Key on
	opRange      // compares All, Keys and Values with the model
	opGrow
	opShrink
	opClone // goes on with the clone; the original must stay as it was
	opClear
	opKinds
)

var opNames = [opKinds]string{"Set", "Get", "GetOrSet", "ComputeSet", "ComputeDelete", "Delete", "DeleteFunc",
	"SetAll", "Range", "Grow", "Shrink", "Clone", "Clear"}

func (o Op) String() string { return fmt.Sprintf("{%s key %d, n %d}", opNames[o.Kind], o.Key, o.N) }

// Decode makes a stream of a fuzzer's bytes, three for each operation.
func Decode(data []byte) []Op {
	ops := make([]Op, 0, len(data)/3)
	for ; len(data) >= 3; data = data[3:] {
		ops = append(ops, Op{Kind: OpKind(data[0]) % opKinds, Key: int(data[1]), N: int(data[2])})
	}
	return ops
}

// CheckOps runs a stream. If the map and the builtin map part, it looks for the shortest part of the stream for which
// they still do, and fails the test with that.
func (s Subject[K, V, M]) CheckOps(t *testing.T, ops []Op) {
	t.Helper()
	if err := plainly(s).stream(ops); err != nil {
		t.Fatal(err)
	}
}

// stream replays ops and, if they fail, returns the error of the shortest failing part.
func (s numbered) stream(ops []Op) error {
	replay := func(ops []Op) error { return guard(func() error { return s.replay(ops) }) }
	if replay(ops) == nil {
		return nil
	}
	ops = shorten(ops, func(ops []Op) bool { return replay(ops) != nil })
	var list strings.Builder
	for i, op := range ops {
		fmt.Fprintf(&list, "\n  %2d %v", i, op)
	}
	return fmt.Errorf("%w\nafter:%s", replay(ops), list.String())
}

// shorten drops parts of a failing stream, large ones first, as long as the rest still fails.
func shorten(ops []Op, fails func([]Op) bool) []Op {
	for size := len(ops) / 2; size > 0; size /= 2 {
		for start := 0; start+size <= len(ops); {
			rest := append(append([]Op(nil), ops[:start]...), ops[start+size:]...)
			if fails(rest) {
				ops = rest
			} else {
				start += size
			}
		}
	}
	return ops
}

// guard turns a panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// replay runs a stream on a new map and on a builtin one, and returns the first difference.
func (s numbered) replay(ops []Op) error {
	m := s.New(0)
	model := map[int]int{}
	for _, op := range ops {
		if err := s.apply(&m, &model, op); err != nil {
			return fmt.Errorf("%v: %w", op, err)
		}
		if m.Len() != len(model) {
			return fmt.Errorf("%v: Len is %d, want %d", op, m.Len(), len(model))
		}
	}
	return s.same(m, model)
}

func (s numbered) apply(m *numberedMap, model *map[int]int, op Op) error {
	key, value := op.Key, s.Value(op.N)
	want, present := (*model)[key]
	switch op.Kind {
	case opSet:
		old, added := (*m).Set(key, value)
		(*model)[key] = value
		return wantResult("Set", old, want, added, !present)
	case opGet:
		if got := (*m).At(key); got != want {
			return fmt.Errorf("At() gave %v, want %v", got, want)
		}
		if (*m).Contains(key) != present {
			return fmt.Errorf("Contains() gave %v", !present)
		}
		got, ok := (*m).Get(key)
		return wantResult("Get", got, want, ok, present)
	case opGetOrSet:
		if !present {
			(*model)[key], want = value, value
		}
		got, loaded := (*m).GetOrSet(key, value)
		return wantResult("GetOrSet", got, want, loaded, present)
	case opComputeSet, opComputeDelete:
		return s.applyCompute(*m, *model, op)
	case opDelete:
		delete(*model, key)
		old, deleted := (*m).Delete(key)
		return wantResult("Delete", old, want, deleted, present)
	case opDeleteFunc:
		doomed := map[int]bool{}
		for i := op.Key % (op.N%5 + 2); i < 300; i += op.N%5 + 2 {
			doomed[i] = true
		}
		(*m).DeleteFunc(func(k, _ int) bool { return doomed[k] })
		maps.DeleteFunc(*model, func(k, _ int) bool { return doomed[k] })
	case opSetAll:
		batch := map[int]int{}
		for i := range op.N % 40 {
			batch[op.Key+i] = s.Value(op.N + i)
		}
		(*m).SetAll(maps.All(batch))
		maps.Copy(*model, batch)
	case opRange:
		return s.same(*m, *model)
	case opGrow:
		(*m).Grow(op.N)
	case opShrink:
		(*m).Shrink()
	case opClone:
		original := *m
		*m = original.Clone()
		original.Set(op.Key, s.Value(op.N+1)) // must not show in the clone
		original.Delete(op.Key + 1)
	case opClear:
		(*m).Clear()
		clear(*model)
	}
	return nil
}

func (s numbered) applyCompute(m numberedMap, model map[int]int, op Op) error {
	key, value := op.Key, s.Value(op.N)
	want, present := model[key]
	calls := 0
	got, ok := m.Compute(key, func(old int, ok bool) (int, bool) {
		calls++
		if old != want || ok != present {
			calls += 10
		}
		return value, op.Kind == opComputeSet
	})
	if calls != 1 {
		return errors.New("Compute() did not call its function once with the old value")
	}
	if op.Kind == opComputeDelete {
		delete(model, key)
		return wantResult("Compute", got, 0, ok, false)
	}
	model[key] = value
	return wantResult("Compute", got, value, ok, true)
}

func wantResult(call string, got, want int, gotOK, wantOK bool) error {
	if got != want || gotOK != wantOK {
		return fmt.Errorf("%s gave %v, %v, want %v, %v", call, got, gotOK, want, wantOK)
	}
	return nil
}

// same compares everything that can be read of m with the model.
func (s numbered) same(m numberedMap, model map[int]int) error {
	if m.Len() != len(model) {
		return fmt.Errorf("Len() is %d, want %d", m.Len(), len(model))
	}
	seen := map[int]bool{}
	for k, v := range m.All() {
		if want, ok := model[k]; !ok || v != want {
			return fmt.Errorf("All() produced %v, %v, want %v (present: %v)", k, v, want, ok)
		}
		if seen[k] {
			return fmt.Errorf("All() produced %v twice", k)
		}
		seen[k] = true
	}
	if len(seen) != len(model) {
		return fmt.Errorf("All() produced %d entries of %d", len(seen), len(model))
	}
	n := 0
	for k := range m.Keys() {
		if n++; !seen[k] {
			return fmt.Errorf("Keys() produced %v", k)
		}
	}
	if n != len(model) {
		return fmt.Errorf("Keys() produced %d keys of %d", n, len(model))
	}
	values := map[int]int{}
	for _, v := range model {
		values[v]++
	}
	for v := range m.Values() {
		if values[v]--; values[v] < 0 {
			return fmt.Errorf("Values() produced %v too often", v)
		}
		n--
	}
	if n != 0 {
		return fmt.Errorf("Values() produced %d values too few", n)
	}
	for k, want := range model {
		got, ok := m.Get(k)
		if err := wantResult("Get", got, want, ok, true); err != nil {
			return fmt.Errorf("key %v: %w", k, err)
		}
	}
	if s.Check != nil {
		return s.Check(m)
	}
	return nil
}

// streams runs random streams over few keys, where operations meet, and over many, where the map grows.
func (s numbered) streams() error {
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 1))
		keys, length := 12, 400
		if seed%3 == 0 {
			keys, length = 250, 3000
		}
		ops := make([]Op, length)
		for i := range ops {
			ops[i] = Op{Kind: randomKind(r), Key: r.IntN(keys), N: r.IntN(256)}
		}
		if err := s.stream(ops); err != nil {
			return fmt.Errorf("stream %d: %w", seed, err)
		}
	}
	return nil
}

// randomKind makes the operations on one key frequent and those on the whole map rare: a map that is cleared all the
// time never grows.
func randomKind(r *rand.Rand) OpKind {
	if r.IntN(40) > 0 {
		return OpKind(r.IntN(int(opDelete) + 1))
	}
	if kind := opDeleteFunc + OpKind(r.IntN(int(opKinds-opDeleteFunc))); kind != opClear || r.IntN(4) == 0 {
		return kind
	}
	return opRange
}
