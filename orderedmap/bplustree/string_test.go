package bplustree_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/orderedmap/bplustree"
	"innards/orderedmap/ordertest"
)

// stringed is a tree of string keys that passes for one of ints, so that the laws of order hold it to account too.
// Its keys share prefixes of several lengths, and many agree in more bytes behind them than a word has.
type stringed struct {
	*bplustree.Tree[string, int]
	toKey func(int) string
	toInt func(string) int
}

// offset makes keys positive, so that their digits sort as they do.
const offset = 1 << 20

func longKey(i int) string {
	i = min(max(i, -offset), offset) + offset
	s := fmt.Sprintf("/a/path/%03d/that/is/shared/%07d", i/100, i)
	if i%5 == 0 {
		s += "\x00"
	}
	return s
}

func fromLongKey(s string) int {
	i, err := strconv.Atoi(s[len("/a/path/"):][lenOfHundreds(s)+len("/that/is/shared/"):][:7])
	if err != nil {
		panic(err)
	}
	return i - offset
}

func lenOfHundreds(s string) int {
	n := 0
	for s[len("/a/path/")+n] != '/' {
		n++
	}
	return n
}

// shortKey gives strings of three bytes, of which the first ones are few.
func shortKey(i int) string {
	i = min(max(i, -offset), offset) + offset
	return string([]byte{byte(i >> 16), byte(i >> 8), byte(i)})
}

func fromShortKey(s string) int {
	return int(s[0])<<16 + int(s[1])<<8 + int(s[2]) - offset
}

func (s stringed) entry(k string, v int, ok bool) (int, int, bool) {
	if !ok {
		return 0, v, ok
	}
	return s.toInt(k), v, ok
}

func (s stringed) seq(seq iter.Seq2[string, int]) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for k, v := range seq {
			if !yield(s.toInt(k), v) {
				return
			}
		}
	}
}

func (s stringed) Get(k int) (int, bool)          { return s.Tree.Get(s.toKey(k)) }
func (s stringed) At(k int) int                   { return s.Tree.At(s.toKey(k)) }
func (s stringed) Contains(k int) bool            { return s.Tree.Contains(s.toKey(k)) }
func (s stringed) Set(k, v int) (int, bool)       { return s.Tree.Set(s.toKey(k), v) }
func (s stringed) GetOrSet(k, v int) (int, bool)  { return s.Tree.GetOrSet(s.toKey(k), v) }
func (s stringed) Delete(k int) (int, bool)       { return s.Tree.Delete(s.toKey(k)) }
func (s stringed) All() iter.Seq2[int, int]       { return s.seq(s.Tree.All()) }
func (s stringed) Backward() iter.Seq2[int, int]  { return s.seq(s.Tree.Backward()) }
func (s stringed) From(k int) iter.Seq2[int, int] { return s.seq(s.Tree.From(s.toKey(k))) }
func (s stringed) Range(k, l int) iter.Seq2[int, int] {
	return s.seq(s.Tree.Range(s.toKey(k), s.toKey(l)))
}
func (s stringed) DeleteRange(k, l int) int       { return s.Tree.DeleteRange(s.toKey(k), s.toKey(l)) }
func (s stringed) Rank(k int) int                 { return s.Tree.Rank(s.toKey(k)) }
func (s stringed) Index(k int) int                { return s.Tree.Index(s.toKey(k)) }
func (s stringed) Min() (int, int, bool)          { return s.entry(s.Tree.Min()) }
func (s stringed) Max() (int, int, bool)          { return s.entry(s.Tree.Max()) }
func (s stringed) PopFront() (int, int, bool)     { return s.entry(s.Tree.PopFront()) }
func (s stringed) PopBack() (int, int, bool)      { return s.entry(s.Tree.PopBack()) }
func (s stringed) Floor(k int) (int, int, bool)   { return s.entry(s.Tree.Floor(s.toKey(k))) }
func (s stringed) Ceiling(k int) (int, int, bool) { return s.entry(s.Tree.Ceiling(s.toKey(k))) }
func (s stringed) DeleteFunc(del func(int, int) bool) {
	s.Tree.DeleteFunc(func(k string, v int) bool { return del(s.toInt(k), v) })
}

func (s stringed) Compute(k int, f func(int, bool) (int, bool)) (int, bool) {
	return s.Tree.Compute(s.toKey(k), f)
}

func (s stringed) Nth(i int) (int, int) {
	k, v := s.Tree.Nth(i)
	return s.toInt(k), v
}

func (s stringed) SetAll(seq iter.Seq2[int, int]) {
	s.Tree.SetAll(func(yield func(string, int) bool) {
		for k, v := range seq {
			if !yield(s.toKey(k), v) {
				return
			}
		}
	})
}

func (s stringed) Keys() iter.Seq[int] {
	return func(yield func(int) bool) {
		for k := range s.All() {
			if !yield(k) {
				return
			}
		}
	}
}

func (s stringed) Clone() stringed {
	s.Tree = s.Tree.Clone()
	return s
}

func TestOrderLawsOfStrings(t *testing.T) {
	for name, s := range map[string]stringed{
		"long keys":  {toKey: longKey, toInt: fromLongKey},
		"short keys": {toKey: shortKey, toInt: fromShortKey},
	} {
		for fanout, large := range map[int]int{4: 18, 64: 20} {
			t.Run(fmt.Sprintf("%s/fanout=%d", name, fanout), func(t *testing.T) {
				ordertest.RunSorted(t, ordertest.Sorted[stringed]{
					New: func() stringed {
						s.Tree = bplustree.NewNarrow[string, int](fanout)
						return s
					},
					Check: func(s stringed) error { return s.Check() },
					Large: large,
				})
			})
		}
	}
}

// Strings of few letters, zero bytes and 0xff among them, and of all lengths: neighbours that differ anywhere, or in length only.
func TestStringsThatNearlyAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, letters := range []string{"ab", "\x00a", "\xfe\xff", "\x00\xff"} {
		for _, prefix := range []string{"", "12345678", "0123456789abcdef"} {
			m := bplustree.NewNarrow[string, int](8)
			model := map[string]int{}
			for i := range 1500 {
				key := []byte(prefix[:r.IntN(len(prefix)+1)/max(1, i%7)])
				for range r.IntN(14) {
					key = append(key, letters[r.IntN(2)])
				}
				if i%4 == 3 {
					m.Delete(string(key))
					delete(model, string(key))
				} else {
					m.Set(string(key), i)
					model[string(key)] = i
				}
			}
			assert.NoError(t, m.Check())
			keys := slices.Collect(m.Keys())
			assert.True(t, slices.IsSorted(keys))
			assert.Len(t, keys, len(model))
			for k, v := range model {
				if got, ok := m.Get(k); !ok || got != v {
					t.Fatalf("Get(%q) gave %d, %v, want %d", k, got, ok, v)
				}
			}
		}
	}
}
