package dynarray_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

// stringsMachine runs operations on a list of strings and on a []string.
type stringsMachine struct {
	s     *dynarray.Strings
	model []string
}

// word makes a string of two bytes, with prefixes that many share, zero bytes, and all lengths about the eight bytes of a
// sort key.
func word(x, y byte) string {
	v := strings.Repeat("ab", int(x%13)) + string([]byte{y % 5, 'x', 0}[:y%4])
	return v[min(len(v), int(x>>7)):]
}

// runStrings takes operations off data, three bytes each, and returns how the list differs from the model, or "".
func runStrings(data []byte) string {
	m := &stringsMachine{s: dynarray.NewStrings(len(data)%3, len(data)%50)}
	defer func() { _ = m.s.Close() }()
	for ; len(data) >= 3; data = data[3:] {
		op := m.step(data[0], data[1], data[2])
		bytes := 0
		for _, v := range m.model {
			bytes += len(v)
		}
		switch {
		case m.s.Len() != len(m.model):
			return fmt.Sprintf("%s: Len is %d, want %d", op, m.s.Len(), len(m.model))
		case m.s.Bytes()-m.s.Holes() != bytes:
			return fmt.Sprintf("%s: %d bytes with %d in holes, but the strings have %d", op, m.s.Bytes(), m.s.Holes(), bytes)
		}
		for i, v := range m.s.Views() {
			if v != m.model[i] {
				return fmt.Sprintf("%s: string %d is %q, want %q", op, i, v, m.model[i])
			}
		}
	}
	return ""
}

func (m *stringsMachine) step(op, x, y byte) string {
	n := len(m.model)
	i, j := int(x)%(n+1), int(y)%(n+1)
	if i > j {
		i, j = j, i
	}
	v := word(x, y)
	own := func() { // often: let the argument be a view of the list itself
		if n > 0 && op&0x40 != 0 {
			v = m.s.View(int(y) % n)
			v = v[min(len(v), int(x%3)):]
		}
	}
	switch op % 16 {
	case 0, 1, 2, 3, 4:
		own()
		m.model = append(m.model, strings.Clone(v))
		m.s.Append(v)
		return "Append"
	case 5, 6, 7:
		if n == 0 {
			return "nothing"
		}
		own()
		m.model[int(x)%n] = strings.Clone(v)
		m.s.Set(int(x)%n, v)
		return "Set"
	case 8:
		own()
		m.model = slices.Insert(m.model, i, strings.Clone(v))
		m.s.Insert(i, v)
		return "Insert"
	case 9:
		m.model = slices.Delete(m.model, i, j)
		m.s.Delete(i, j)
		return "Delete"
	case 10:
		got, ok := m.s.Pop()
		if ok != (n > 0) || ok && got != m.model[n-1] {
			return fmt.Sprintf("Pop = %q, %v", got, ok)
		}
		m.model = m.model[:max(n-1, 0)]
		return "Pop"
	case 11:
		m.s.Sort()
		slices.Sort(m.model)
		at, found := m.s.BinarySearch(v)
		if wantAt, want := slices.BinarySearch(m.model, v); at != wantAt || found != want {
			return fmt.Sprintf("BinarySearch(%q) = %d, %v, want %d, %v", v, at, found, wantAt, want)
		}
		return "Sort"
	case 12:
		m.s.Compact()
		if m.s.Holes() != 0 {
			return "Compact left holes"
		}
		return "Compact"
	case 13:
		c := m.s.Clone()
		if c.Holes() != 0 {
			return "Clone has holes"
		}
		_ = m.s.Close()
		m.s = c
		return "Clone"
	case 14:
		if got, want := m.s.Index(v), slices.Index(m.model, v); got != want {
			return fmt.Sprintf("Index(%q) = %d, want %d", v, got, want)
		}
		if n > 0 {
			m.s.Swap(int(x)%n, int(y)%n)
			m.model[int(x)%n], m.model[int(y)%n] = m.model[int(y)%n], m.model[int(x)%n]
		}
		return "Swap"
	default:
		if x < 20 {
			m.s.Clear()
			m.model = nil
			return "Clear"
		}
		back := slices.Collect(m.s.Values())
		slices.Reverse(back)
		var got []string
		for _, v := range m.s.Backward() {
			got = append(got, v)
		}
		if !slices.Equal(got, back) {
			return fmt.Sprintf("Backward: %q", got)
		}
		return "Backward"
	}
}

func TestStringsAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 60 {
		data := make([]byte, 3*400)
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		if wrong := runStrings(data); wrong != "" {
			t.Fatal(wrong)
		}
	}
}

func FuzzStrings(f *testing.F) {
	f.Add([]byte{0, 9, 1, 0, 9, 2, 0x45, 0, 1, 11, 0, 0, 12, 0, 0, 10, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if wrong := runStrings(data[:min(len(data), 3000)]); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

// TestStringsSort sorts what is long enough for the radix passes: random words, words that are alike for hundreds of
// bytes, prefixes of each other, zero bytes.
func TestStringsSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	common := strings.Repeat("common", 60)
	for name, of := range map[string]func(i int) string{
		"random":    func(int) string { return fmt.Sprintf("%x", rng.Uint64()>>rng.IntN(60)) },
		"bytes":     func(int) string { return string([]byte{byte(rng.Uint32()), byte(rng.Uint32()), byte(rng.Uint32())}) },
		"alike":     func(int) string { return common + fmt.Sprint(rng.IntN(1000)) },
		"prefixes":  func(int) string { return common[:rng.IntN(len(common))] },
		"zeros":     func(int) string { return strings.Repeat("\x00", rng.IntN(30)) },
		"equal":     func(int) string { return common },
		"ascending": func(i int) string { return fmt.Sprintf("%09d", i) },
		"reversed":  func(i int) string { return fmt.Sprintf("%09d", 1_000_000-i) },
	} {
		for _, n := range []int{0, 1, 2, 12, 13, 100, 511, 512, 3000} {
			s, want := dynarray.NewStrings(0, 0), []string(nil)
			for i := range n {
				v := of(i)
				s.Append(v)
				want = append(want, v)
			}
			s.Sort()
			sort.Strings(want)
			assert.Equal(t, want, slices.Collect(s.Values()), "%s, %d strings", name, n)
			s.Compact()
			assert.Equal(t, want, slices.Collect(s.Values()), "%s, %d strings, compacted", name, n)
			require.NoError(t, s.Close())
		}
	}
}

// TestLongStrings holds those whose length does not fit into a span, beside those for which it does just so.
func TestLongStrings(t *testing.T) {
	s := dynarray.NewStrings(0, 0)
	defer func() { _ = s.Close() }()
	long := strings.Repeat("x", 1<<24+1)
	for _, n := range []int{1<<24 - 2, 1<<24 - 1, 1 << 24, 1<<24 + 1} {
		s.Append(long[:n])
	}
	s.Append("short")
	for i, n := range []int{1<<24 - 2, 1<<24 - 1, 1 << 24, 1<<24 + 1, 5} {
		assert.Len(t, s.View(i), n)
	}
	assert.Equal(t, 1, s.Index(long[:1<<24-1]))
	assert.True(t, s.View(3) == long)
	s.Set(3, "now short")
	s.Set(4, long)
	s.Delete(0, 2)
	s.Sort()
	assert.Equal(t, "now short", s.At(0))
	s.Compact()
	assert.Zero(t, s.Holes())
	assert.True(t, s.View(2) == long)
	assert.True(t, s.View(1) == long[:1<<24])
	assert.Equal(t, 9+(1<<24+8)+(1<<24+1+8), s.Bytes(), "with the lengths of the two long ones")
}

// TestHolesAreClosedUp replaces and deletes for ever, in memory that does not grow for ever.
func TestHolesAreClosedUp(t *testing.T) {
	s := dynarray.NewStrings(0, 0)
	defer func() { _ = s.Close() }()
	for i := range 100 {
		s.Append(strings.Repeat("v", i))
	}
	payload := s.Bytes()
	rng := rand.New(rand.NewPCG(3, 3))
	for range 20_000 {
		i := rng.IntN(100)
		s.Set(i, "") // a hole
		s.Set(i, strings.Repeat("w", i))
	}
	assert.Less(t, s.Bytes(), 4*payload)
	for i := range 100 {
		assert.Len(t, s.At(i), i)
	}
}

func TestStringsMisuse(t *testing.T) {
	s := dynarray.NewStrings(1, 1)
	s.Append("a")
	for name, f := range map[string]func(){
		"At": func() { s.At(1) }, "View": func() { s.View(-1) }, "Set": func() { s.Set(1, "") },
		"Insert": func() { s.Insert(2, "long enough to leave a trace") }, "Delete": func() { s.Delete(0, 2) },
		"Delete backwards": func() { s.Delete(1, 0) },
	} {
		var err runtime.Error
		require.ErrorAs(t, panicOf(f), &err, name)
	}
	assert.Equal(t, 1, s.Bytes(), "a refused operation must leave nothing behind")
	require.NoError(t, s.Close())
	assert.ErrorIs(t, s.Close(), dynarray.ErrClosed)
	for name, f := range map[string]func(){
		"Len": func() { s.Len() }, "At": func() { s.At(0) }, "View": func() { s.View(0) }, "Set": func() { s.Set(0, "") },
		"Append": func() { s.Append("") }, "Append more": func() { s.Append("b") }, "AppendSeq": func() { s.AppendSeq(nil) },
		"Insert": func() { s.Insert(0, "") }, "Delete": func() { s.Delete(0, 0) }, "Pop": func() { s.Pop() },
		"Sort": s.Sort, "Compact": s.Compact, "Clear": s.Clear, "Clone": func() { s.Clone() }, "Index": func() { s.Index("") },
		"BinarySearch": func() { s.BinarySearch("") }, "Grow": func() { s.Grow(1, 1) }, "Holes": func() { s.Holes() },
		"Bytes": func() { s.Bytes() }, "Swap": func() { s.Swap(0, 0) },
		"All": func() { _ = slices.Collect(s.Values()) }, "Views": func() { s.Views()(func(int, string) bool { return true }) },
	} {
		assert.PanicsWithValue(t, "dynarray: use of closed array", f, name)
	}
	assert.Panics(t, func() { dynarray.NewStrings(-1, 0) })
	before := dynarray.Bytes()
	var none *dynarray.NoMemoryError
	require.ErrorAs(t, panicOf(func() { dynarray.NewStrings(8, 1<<60) }), &none)
	assert.Equal(t, before, dynarray.Bytes(), "the half that had memory must be closed")
}

// panicOf returns what f panics with, if that is an error.
func panicOf(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}

// TestStringsChangedInALoop changes the list in each kind of loop.
func TestStringsChangedInALoop(t *testing.T) {
	s := dynarray.NewStrings(0, 0)
	defer func() { _ = s.Close() }()
	s.AppendSlice([]string{"a", "b", "c"})
	for i, v := range s.All() {
		if i < 3 {
			s.Append(v + v)
		}
	}
	assert.Equal(t, []string{"a", "b", "c", "aa", "bb", "cc"}, slices.Collect(s.Values()))
	for i := range s.Backward() {
		if i == 5 {
			s.Delete(1, 6)
		}
	}
	assert.Equal(t, []string{"a"}, slices.Collect(s.Values()))
	s.AppendSeq(func(yield func(string) bool) {
		for i := 0; i < 3 && yield(s.View(i)+"+"); i++ {
		}
	})
	assert.Equal(t, []string{"a", "a+", "a++", "a+++"}, slices.Collect(s.Values()))
}

// TestStringsCarryTheirLine looks for the line that made a list, which is not one in this package.
func TestStringsCarryTheirLine(t *testing.T) {
	s := dynarray.NewStrings(10, 100)
	_, _, line, _ := runtime.Caller(0)
	c := s.Clone()
	made := 0
	for _, site := range dynarray.Live() {
		if strings.HasSuffix(site.File, "/strings_test.go") && (site.Line == line-1 || site.Line == line+1) {
			made += site.Arrays
		}
	}
	assert.Equal(t, 4, made, "two lists of two arrays each")
	require.NoError(t, s.Close())
	require.NoError(t, c.Close())
}
