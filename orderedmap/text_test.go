package orderedmap_test

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/orderedmap"
)

// selfish has a map embedded, and a text of its own.
type selfish struct{ *object }

func (selfish) String() string                { return "selfish" }
func (selfish) Format(f fmt.State, verb rune) { _, _ = fmt.Fprint(f, "selfish") }

func TestFormat(t *testing.T) {
	m := collect("b", "aa")
	assert.Equal(t, "map[b:1 aa:2]", m.String())
	assert.Equal(t, "map[b:1 aa:2]", fmt.Sprint(m))
	assert.Equal(t, `orderedmap.Map[string,int]{"b":1, "aa":2}`, fmt.Sprintf("%#v", m))
	assert.Equal(t, "map[0x3:0x4]", fmt.Sprintf("%#x", orderedmap.Collect(func(yield func(int, int) bool) { yield(3, 4) })))
	assert.Equal(t, "map[]", fmt.Sprint(new(object)))
	var none *object
	assert.Equal(t, "map[]", none.String())
	assert.Equal(t, "(*orderedmap.Map[string,interface {}])(nil)", fmt.Sprintf("%#v", none))

	var o object
	require.NoError(t, o.UnmarshalJSON([]byte(`{"z":{"b":[1,{"a":null}]},"a":"x"}`)))
	o.Set("s", selfish{&o})
	o.Set("none", []any(nil))
	assert.Equal(t, "map[z:map[b:[1 map[a:<nil>]]] a:x s:selfish none:[]]", o.String())
	// Where fmt has an order of its own it agrees.
	assert.Equal(t, fmt.Sprintf("%6.2f", map[float64]float64{1: 2, 3: 4}), fmt.Sprintf("%6.2f",
		orderedmap.Collect(func(yield func(float64, float64) bool) { _ = yield(1, 2) && yield(3, 4) })))
}

func TestLogValue(t *testing.T) {
	var o object
	require.NoError(t, o.UnmarshalJSON([]byte(`{"z":{"b":1,"a":{}},"a":"x"}`)))
	o.Set("self", &o)
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key != "m" && a.Key != "n" {
			return slog.Attr{}
		}
		return a
	}}))
	var ints orderedmap.Map[int, bool]
	ints.Set(7, true)
	log.Info("", "m", &o, "n", &ints)
	assert.Equal(t, "m.z.b=1 m.z.a=map[] m.a=x m.self=... n.7=true\n", b.String())
	assert.Equal(t, "map[]", (*object)(nil).LogValue().String())
}

func TestGob(t *testing.T) {
	type holder struct {
		M    *orderedmap.Map[string, []int]
		None *object
	}
	var m orderedmap.Map[string, []int]
	for i, k := range []string{"z", "a", "m"} {
		m.Set(k, make([]int, i))
	}
	var b bytes.Buffer
	require.NoError(t, gob.NewEncoder(&b).Encode(holder{M: &m}))
	got := holder{M: new(orderedmap.Map[string, []int])}
	got.M.Set("m", nil)
	got.M.Set("old", nil)
	require.NoError(t, gob.NewDecoder(bytes.NewReader(b.Bytes())).Decode(&got))
	assert.Equal(t, []string{"m", "old", "z", "a"}, slices.Collect(got.M.Keys()), "it keeps the entries that it had")
	assert.Len(t, got.M.At("m"), 2)
	assert.Nil(t, got.None)

	var unnamed orderedmap.Map[string, any]
	unnamed.Set("a", make(chan int))
	_, err := unnamed.GobEncode()
	assert.ErrorContains(t, err, "orderedmap: gob of the values: ")
	whole, err := m.GobEncode()
	require.NoError(t, err)
	for i := range len(whole) { // cut short
		var broken orderedmap.Map[string, []int]
		assert.Error(t, broken.GobDecode(whole[:i]))
		assert.Zero(t, broken.Len())
	}
	b.Reset()
	e := gob.NewEncoder(&b)
	require.NoError(t, e.Encode([]string{"a"}))
	require.NoError(t, e.Encode([][]int{}))
	assert.ErrorContains(t, new(orderedmap.Map[string, []int]).GobDecode(b.Bytes()), "1 keys and 0 values")
}
