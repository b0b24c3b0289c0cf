package dynarray_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray"
)

var (
	_ io.ReaderFrom   = (*dynarray.Writer)(nil)
	_ io.ByteWriter   = (*dynarray.Writer)(nil)
	_ io.StringWriter = (*dynarray.Writer)(nil)
	_ io.WriterTo     = (*dynarray.Reader)(nil)
	_ io.ByteReader   = (*dynarray.Reader)(nil)
)

func bytesOf(t *testing.T, content string) *dynarray.Array[byte] {
	a := dynarray.New[byte](0)
	t.Cleanup(func() { _ = a.Close() })
	a.AppendSlice([]byte(content))
	return a
}

// plain hides what a reader or writer can do besides.
type plain struct {
	io.Reader
	io.Writer
}

func TestReader(t *testing.T) {
	for _, content := range []string{"", "x", strings.Repeat("0123456789", 1000)} {
		require.NoError(t, iotest.TestReader(dynarray.NewReader(bytesOf(t, content)), []byte(content)))
	}
	a := bytesOf(t, "abcdef")
	r := dynarray.NewReader(a)
	c, err := r.ReadByte()
	require.NoError(t, err)
	assert.Equal(t, byte('a'), c)
	assert.Equal(t, 5, r.Len())
	a.Delete(1, 6)
	assert.Zero(t, r.Len())
	_, err = r.ReadByte()
	assert.Equal(t, io.EOF, err)
	_, err = r.Seek(-1, io.SeekStart)
	require.ErrorContains(t, err, "1 bytes before the start")
	_, err = r.Seek(100, io.SeekCurrent)
	require.NoError(t, err)
	n, err := r.WriteTo(io.Discard)
	require.NoError(t, err)
	assert.Zero(t, n)
}

func TestWriter(t *testing.T) {
	a := bytesOf(t, "")
	w := dynarray.NewWriter(a)
	_, err := w.Write([]byte("abc"))
	require.NoError(t, err)
	require.NoError(t, w.WriteByte('d'))
	_, err = w.WriteString("efg")
	require.NoError(t, err)
	for range 10 { // each time at full capacity, from memory that moves
		a.Clip()
		_, err = w.Write(a.Slice())
		require.NoError(t, err)
	}
	assert.Equal(t, strings.Repeat("abcdefg", 1024), string(a.Slice()))
}

func TestReadFromAndWriteTo(t *testing.T) {
	content := strings.Repeat("a line of text\n", 20_000)
	for name, source := range map[string]io.Reader{
		"whole": strings.NewReader(content), "byte by byte": iotest.OneByteReader(strings.NewReader(content[:3000])),
		"error with data": iotest.DataErrReader(strings.NewReader(content)),
	} {
		a := bytesOf(t, "head")
		n, err := io.Copy(dynarray.NewWriter(a), plain{Reader: source})
		require.NoError(t, err, name)
		assert.Equal(t, "head"+content[:n], string(a.Slice()), name)
		assert.Contains(t, []int64{3000, int64(len(content))}, n, name)
		var out bytes.Buffer
		m, err := io.Copy(plain{Writer: &out}, dynarray.NewReader(a))
		require.NoError(t, err, name)
		assert.Equal(t, n+4, m)
		assert.Equal(t, string(a.Slice()), out.String(), name)
	}
	a := bytesOf(t, "twice ")
	_, err := io.Copy(dynarray.NewWriter(a), dynarray.NewReader(a))
	require.NoError(t, err)
	assert.Equal(t, "twice twice ", string(a.Slice()))
}

func TestReadFromFails(t *testing.T) {
	a := bytesOf(t, "")
	broken := errors.New("the line is dead")
	n, err := dynarray.NewWriter(a).ReadFrom(io.MultiReader(strings.NewReader("some"), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, int64(4), n)
	assert.Equal(t, "some", string(a.Slice()))
	_, err = dynarray.NewReader(a).WriteTo(plain{Writer: shortWriter{}})
	require.ErrorIs(t, err, io.ErrShortWrite)
	// A reader that uses the array into which it is read would see its own bytes, or move them away from under itself.
	for name, use := range map[string]func(){
		"append": func() { a.Append('x') }, "close": func() { _ = a.Close() }, "read": func() { a.At(0) },
	} {
		assert.Panics(t, func() {
			_, _ = dynarray.NewWriter(a).ReadFrom(readerFunc(func([]byte) (int, error) { use(); return 0, io.EOF }))
		}, name)
		assert.Equal(t, "some", string(a.Slice()), name)
	}
	assert.Panics(t, func() {
		_, _ = dynarray.NewWriter(a).ReadFrom(readerFunc(func(p []byte) (int, error) { return len(p) + 1, nil }))
	})
	require.NoError(t, a.Close())
	assert.PanicsWithValue(t, "dynarray: use of closed array", func() { _, _ = dynarray.NewWriter(a).Write(nil) })
	assert.PanicsWithValue(t, "dynarray: use of closed array", func() { _, _ = dynarray.NewReader(a).Read(nil) })
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type shortWriter struct{}

func (shortWriter) Write([]byte) (int, error) { return 1, nil }
