package npy_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
	"innards/dynarray/npy"
)

// file puts a file together as the format's specification says, from a version, the header's text and the elements.
func file(version byte, header string, elements ...byte) []byte {
	b := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0}
	if version == 1 {
		b = append(b, byte(len(header)), byte(len(header)>>8))
	} else {
		b = append(b, byte(len(header)), byte(len(header)>>8), byte(len(header)>>16), byte(len(header)>>24))
	}
	return append(append(b, header...), elements...)
}

func header(descr string, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
}

// read reads a file and returns the elements as a slice of Go's.
func read[T npy.Element](t *testing.T, content []byte) ([]T, []int) {
	t.Helper()
	a, shape, err := npy.Read[T](bytes.NewReader(content))
	require.NoError(t, err)
	defer func() { _ = a.Close() }()
	return append([]T{}, a.Slice()...), shape
}

func TestReadByHand(t *testing.T) {
	t.Run("version 1, low byte first", func(t *testing.T) {
		got, shape := read[int16](t, file(1, header("<i2", "(3,)"), 1, 0, 0xfe, 0xff, 0, 1))
		assert.Equal(t, []int16{1, -2, 256}, got)
		assert.Equal(t, []int{3}, shape)
	})
	t.Run("version 2, high byte first", func(t *testing.T) {
		got, shape := read[uint32](t, file(2, header(">u4", "(1, 2)"), 0, 0, 1, 2, 0xff, 0, 0, 0))
		assert.Equal(t, []uint32{0x102, 0xff000000}, got)
		assert.Equal(t, []int{1, 2}, shape)
	})
	t.Run("version 3, and a number alone", func(t *testing.T) {
		got, shape := read[float64](t, file(3, header("<f8", "()"), 0, 0, 0, 0, 0, 0, 0xf8, 0x3f))
		assert.Equal(t, []float64{1.5}, got)
		assert.Empty(t, shape)
	})
	t.Run("floats, high byte first", func(t *testing.T) {
		got, _ := read[float32](t, file(1, header(">f4", "(2,)"), 0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0))
		assert.Equal(t, []float32{1.5, -2}, got)
	})
	t.Run("complex numbers, whose halves are swapped each", func(t *testing.T) {
		got, _ := read[complex64](t, file(1, header(">c8", "(1,)"), 0x3f, 0x80, 0, 0, 0x40, 0, 0, 0))
		assert.Equal(t, []complex64{1 + 2i}, got)
	})
	t.Run("bools, of any byte", func(t *testing.T) {
		got, _ := read[bool](t, file(1, header("|b1", "(4,)"), 0, 1, 2, 0xff))
		assert.Equal(t, []bool{false, true, true, true}, got)
	})
	t.Run("bytes, signed, and a type with a name", func(t *testing.T) {
		type level int8
		got, _ := read[level](t, file(1, header("|i1", "(2,)"), 0x80, 0x7f))
		assert.Equal(t, []level{-128, 127}, got)
		other, _ := read[int8](t, file(1, header("<i1", "(1,)"), 5))
		assert.Equal(t, []int8{5}, other)
	})
	t.Run("nothing", func(t *testing.T) {
		for _, shape := range []string{"(0,)", "(3, 0)", "(9223372036854775807, 9223372036854775807, 0)"} {
			got, _ := read[int](t, file(1, header("<i8", shape)))
			assert.Empty(t, got)
		}
	})
	t.Run("a header in another order, quoted and spaced otherwise, as Python 2 wrote lengths", func(t *testing.T) {
		got, shape := read[uint8](t, file(1, ` { "shape":(2L ,1L),"fortran_order" : True,"descr":"|u1" }   `+"\n", 7, 8))
		assert.Equal(t, []uint8{7, 8}, got)
		assert.Equal(t, []int{2, 1}, shape)
	})
	t.Run("two files in one stream", func(t *testing.T) {
		one := file(1, header("|u1", "(2,)"), 1, 2)
		r := iotest.OneByteReader(bytes.NewReader(append(one, one...)))
		for range 2 {
			a, _, err := npy.Read[byte](r)
			require.NoError(t, err)
			assert.Equal(t, []byte{1, 2}, a.Slice())
			require.NoError(t, a.Close())
		}
	})
	t.Run("what a file says, without knowing its type", func(t *testing.T) {
		text := `{'descr': [('x', '<f4'), ('it]s', '<i8', (2,))], 'fortran_order': False, 'shape': (3,), }`
		h, err := npy.ReadHeader(bytes.NewReader(file(2, text)))
		require.NoError(t, err)
		assert.Equal(t, npy.Header{
			Major: 2, Descr: "[('x', '<f4'), ('it]s', '<i8', (2,))]", Shape: []int{3}, Offset: int64(12 + len(text)),
		}, h)
	})
}

func TestReadRefuses(t *testing.T) {
	good := header("<f8", "(1,)")
	plain := func(text string) []byte { return file(1, text, make([]byte, 64)...) }
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"nothing at all":         {nil, "is this a .npy file?"},
		"the start of the magic": {[]byte("\x93NUM"), "is this a .npy file?"},
		"another file":           {[]byte("PK\x03\x04 and so on"), "is it a .npy file?"},
		"version 4":              {file(4, good), "version 4.0"},
		"version 0":              {file(0, good), "version 0.0"},
		"a length cut off":       {[]byte("\x93NUMPY\x02\x00\x01\x02"), "length of the header: unexpected EOF"},
		"a header cut off":       {file(1, good)[:40], "unexpected EOF"},
		"a huge header":          {[]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "a header of 4294967295 bytes"},
		"elements cut off":       {file(1, good, 1, 2, 3), "element 0 of 1: unexpected EOF"},
		"no elements":            {file(1, header("<f8", "(1000000000000,)")), "element 0 of 1000000000000: unexpected EOF"},
		"too many elements":      {file(1, header("<f8", "(4294967296, 4294967296)")), "more elements than an int"},
		"a length beyond int":    {plain(header("<f8", "(9223372036854775808,)")), "a length is wanted"},
		"a negative length":      {plain(header("<f8", "(-1,)")), "a length is wanted"},
		"too many dimensions":    {plain(header("<f8", "("+strings.Repeat("1,", 65)+")")), "more than 64 dimensions"},
		"a number for a tuple":   {plain(header("<f8", "(3)")), "a shape is a tuple"},
		"a list for a tuple":     {plain(header("<f8", "[3]")), `"(" is wanted`},
		"no dictionary":          {plain("'descr'"), `"{" is wanted`},
		"no end":                 {plain("{'descr': '<f8'"), `"}" is wanted`},
		"something after it":     {plain(good + " or not"), `nothing is wanted after the dictionary, not "or not"`},
		"a key missing":          {plain("{'descr': '<f8', 'shape': (1,)}"), "not all there"},
		"a key twice":            {plain("{'descr': '<f8', 'descr': '<f8'}"), "stands there twice"},
		"a key unknown":          {plain("{'color': '<f8'}"), `the key "color"`},
		"a string without end":   {plain("{'descr"), "has no end"},
		"an escape":              {plain(`{'de\x73cr': 1}`), "an escape"},
		"no bool":                {plain("{'fortran_order': 0}"), "a True or a False is wanted"},
		"an open list":           {plain("{'descr': [('x', ']'"), "no end"},
		"another type":           {plain(header("<i8", "(1,)")), `"<i8", and cannot be read as float64, which is "f8"`},
		"a structured type":      {plain("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,)}"), "np.save each field"},
		"objects":                {plain(header("|O", "(1,)")), "Python objects"},
		"strings":                {plain(header("<U8", "(1,)")), "strings"},
		"dates":                  {plain(header("<M8[ns]", "(1,)")), "a.astype(np.int64)"},
		"half floats":            {plain(header("<f2", "(1,)")), "a.astype(np.float64)"},
		"long doubles":           {plain(header("<f16", "(1,)")), "a.astype(np.float64)"},
		"no type":                {plain(header("", "(1,)")), "none that is known"},
		"no such type":           {plain(header("<q8", "(1,)")), "none that is known"},
		"no byte order":          {plain(header("|f8", "(1,)")), "without a byte order"},
		"Fortran order":          {plain("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 1, 2)}"), "np.ascontiguousarray"},
	} {
		before := dynarray.Bytes()
		a, _, err := npy.Read[float64](bytes.NewReader(c.content))
		assert.ErrorContains(t, err, c.want, name)
		assert.ErrorContains(t, err, "npy: ", name)
		assert.Nil(t, a, name)
		assert.Equal(t, before, dynarray.Bytes(), name)
	}
}

// roundTrip writes elements, looks at the file, reads it and maps it.
func roundTrip[T npy.Element](t *testing.T, descr string, elements []T) {
	a := dynarray.New[T](0)
	defer func() { _ = a.Close() }()
	a.AppendSlice(elements)
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, a.Slice()))
	h, err := npy.ReadHeader(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	assert.Equal(t, descr, h.Descr)
	assert.Zero(t, h.Offset%64, "the elements are aligned")
	got, shape := read[T](t, b.Bytes())
	assert.Equal(t, elements, got)
	assert.Equal(t, []int{len(elements)}, shape)
	path := filepath.Join(t.TempDir(), "a.npy")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	m, err := npy.Map[T](path)
	if descr == "|b1" {
		require.ErrorContains(t, err, "is no bool then")
		return
	}
	require.NoError(t, err)
	assert.Equal(t, elements, m.Slice())
	assert.Equal(t, []int{len(elements)}, m.Shape())
	require.NoError(t, m.Close())
}

// TestRoundTrip is also number 48 of the behaviours of a list: what was saved and loaded is equal, and apart.
func TestRoundTrip(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the types are those of a machine with the low byte first")
	}
	roundTrip(t, "|b1", []bool{true, false})
	roundTrip(t, "|i1", []int8{-128, 0, 127})
	roundTrip(t, "<i2", []int16{math.MinInt16, 1})
	roundTrip(t, "<i4", []int32{math.MinInt32, 1})
	roundTrip(t, "<i8", []int64{math.MinInt64, 1})
	roundTrip(t, "<i8", []int{math.MaxInt, -1})
	roundTrip(t, "|u1", []uint8{255})
	roundTrip(t, "<u2", []uint16{65535})
	roundTrip(t, "<u4", []uint32{math.MaxUint32})
	roundTrip(t, "<u8", []uint64{math.MaxUint64})
	roundTrip(t, "<f4", []float32{1.5, float32(math.Inf(-1))})
	roundTrip(t, "<f8", []float64{math.Pi, math.SmallestNonzeroFloat64})
	roundTrip(t, "<c8", []complex64{1 - 2i})
	roundTrip(t, "<c16", []complex128{complex(math.Pi, -1)})
	many := make([]int64, 300_000) // more than fit in a buffer
	for i := range many {
		many[i] = int64(i) * 7
	}
	roundTrip(t, "<i8", many)
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, []byte{1, 2, 3, 4, 5, 6}, 2, 3))
	text := "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }"
	text += strings.Repeat(" ", 128-10-len(text)-1) + "\n"
	assert.Equal(t, string(file(1, text, 1, 2, 3, 4, 5, 6)), b.String())
	for _, shape := range [][]int{{5}, {2, 2}, {-2, -3}, {math.MaxInt, math.MaxInt}, make([]int, 65)} {
		b.Reset()
		assert.ErrorContains(t, npy.Write(&b, []byte{1, 2, 3, 4, 5, 6}, shape...), "npy: write: ")
		assert.Zero(t, b.Len(), "a refused shape must leave nothing behind")
	}
	require.NoError(t, npy.Write(&b, []int(nil)))
	got, _ := read[int](t, b.Bytes())
	assert.Empty(t, got)
	r, w := io.Pipe()
	require.NoError(t, r.Close())
	assert.ErrorIs(t, npy.Write(w, []int{1}), io.ErrClosedPipe)
}

func TestMapRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"other byte order":   {file(1, header(">i8", "(1,)"), make([]byte, 8)...), "Read swaps them"},
		"elements cut off":   {file(1, header("<i8", "(2,)"), make([]byte, 15)...), "holds 15 bytes of elements"},
		"more than any file": {file(1, header("<i8", "(9223372036854775807,)")), "holds 0 bytes"},
		"too many elements":  {file(1, header("<i8", "(9223372036854775807, 2)")), "more elements than an int"},
		"no alignment":       {file(1, header("<i8", "(1,)")+" ", make([]byte, 8)...), "is not aligned"},
		"another type":       {file(1, header("<i4", "(1,)"), 0, 0, 0, 0), "cannot be read as int64"},
		"no header":          {[]byte("\x93NUMPY"), "is this a .npy file?"},
	} {
		path := filepath.Join(t.TempDir(), "a.npy")
		require.NoError(t, os.WriteFile(path, c.content, 0o600))
		m, err := npy.Map[int64](path)
		assert.ErrorContains(t, err, c.want, name)
		assert.Nil(t, m, name)
	}
	_, err := npy.Map[int64](filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)

	path := filepath.Join(t.TempDir(), "empty.npy")
	require.NoError(t, os.WriteFile(path, file(1, header("<i8", "(0, 4)")), 0o600))
	m, err := npy.Map[int64](path)
	require.NoError(t, err)
	assert.Empty(t, m.Slice())
	assert.Equal(t, []int{0, 4}, m.Shape())
	require.NoError(t, m.Close())
	require.ErrorIs(t, m.Close(), os.ErrClosed)
	assert.PanicsWithValue(t, "npy: use of closed mapping", func() { m.Slice() })
}

// FuzzRead reads anything. Neither may it panic, nor may memory be had for more than twice what came, and a buffer.
func FuzzRead(f *testing.F) {
	f.Add(file(1, header("<f8", "(2,)"), make([]byte, 16)...))
	f.Add(file(2, header(">i4", "(2, 3)"), make([]byte, 24)...))
	f.Add(file(3, "{'descr': [('x', '<f4')], 'fortran_order': True, 'shape': (9999999999, 1), }"))
	f.Fuzz(func(t *testing.T, content []byte) {
		before := dynarray.Bytes()
		tryRead[float64](t, content)
		tryRead[int32](t, content)
		tryRead[bool](t, content)
		tryRead[complex64](t, content)
		if dynarray.Bytes() != before {
			t.Fatal("C memory has been left behind")
		}
	})
}

func tryRead[T npy.Element](t *testing.T, content []byte) {
	before := dynarray.Bytes()
	a, shape, err := npy.Read[T](bytes.NewReader(content))
	if err != nil {
		return
	}
	defer func() { _ = a.Close() }()
	if held := dynarray.Bytes() - before; held > int64(2*len(content)+128<<10) {
		t.Fatalf("%d bytes of C memory for a file of %d", held, len(content))
	}
	var again bytes.Buffer
	if len(shape) > 0 {
		if err := npy.Write(&again, a.Slice(), shape...); err != nil {
			t.Fatal(err)
		}
		b, _, err := npy.Read[T](&again)
		if err != nil {
			t.Fatal(err)
		}
		if b.Len() != a.Len() {
			t.Fatalf("%d elements came back of %d", b.Len(), a.Len())
		}
		_ = b.Close()
	}
}
