package orderedmap_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/orderedmap"
)

type object = orderedmap.Map[string, any]

func TestJSONRoundTrip(t *testing.T) {
	for _, doc := range []string{
		`{}`,
		`{"z":1,"a":{"y":[{"q":1,"b":2},[],{}],"x":null},"m":true,"b":false}`,
		`{"n":[0,-0,1.0,1e5,1E+5,-1.5e-7,12345678901234567890,0.1000]}`,
		`{"":"","é":"日本語","tab":"a\tb\\\"\u0001\u001f\u2028","slash":"/","del":"` + "\x7f" + `"}`,
		`{"deep":` + strings.Repeat(`[{"d":`, 2000) + `0` + strings.Repeat(`}]`, 2000) + `}`,
		textsOfAllLengths(),
	} {
		for name, unmarshal := range map[string]func([]byte, *object) error{
			"directly":         func(b []byte, m *object) error { return m.UnmarshalJSON(b) },
			"by encoding/json": func(b []byte, m *object) error { return json.Unmarshal(b, m) },
		} {
			var m object
			require.NoError(t, unmarshal([]byte(doc), &m), name)
			direct, err := m.MarshalJSON()
			require.NoError(t, err)
			assert.Equal(t, doc, string(direct), name)
			through, err := json.Marshal(&m)
			require.NoError(t, err)
			assert.Equal(t, doc, string(through), name)
		}
	}
}

// textsOfAllLengths is a document with strings that the decoder copies one by one and such that it copies together.
func textsOfAllLengths() string {
	var doc strings.Builder
	for n := range 200 {
		fmt.Fprintf(&doc, `,"%d%s":[%d,"%s","%dé"]`, n, strings.Repeat("k", n*7%90), n, strings.Repeat("x", n*13%700), n)
	}
	return "{" + doc.String()[1:] + "}"
}

func TestJSONDuplicateKeepsPlaceAndLastValue(t *testing.T) {
	var m object
	m.Set("b", json.Number("0"))
	m.Set("old", "kept")
	require.NoError(t, m.UnmarshalJSON([]byte(` {"a" : 1, "b" : 2, "a" : 3, "c" : {"x":1,"y":2,"x":3}} `)))
	got, err := m.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `{"b":2,"old":"kept","a":3,"c":{"x":3,"y":2}}`, string(got))
}

func TestJSONNull(t *testing.T) {
	m := orderedmap.Collect(func(yield func(string, any) bool) { yield("a", nil) })
	require.NoError(t, m.UnmarshalJSON([]byte(" null ")))
	assert.Equal(t, 1, m.Len())
	var none *object
	got, err := none.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, "null", string(got))
	var holder struct{ M *object }
	require.NoError(t, json.Unmarshal([]byte(`{"M":null}`), &holder))
	assert.Nil(t, holder.M)
}

// Every text near a valid one: what encoding/json takes must be taken, the rest must be refused and leave
// the map alone.
func TestJSONAcceptsWhatEncodingJSONAccepts(t *testing.T) {
	const doc = `{"a":[1,-0.5e+3,"\u00e9\n\ud83d\ude00",true ,null],"b":{"c":{},"d":[ ]}, "a" : false}`
	alphabet := []byte("{}[],:\"\\ux0919.-+eEtfn \t\n\r\x00\x1f\x7f\xff\xc3/b")
	seen, valid := 0, 0
	try := func(text []byte) {
		seen++
		valid += agree(t, text)
	}
	for i := range len(doc) + 1 {
		try([]byte(doc[:i]))
		if i < len(doc) {
			try([]byte(doc[:i] + doc[i+1:]))
			try([]byte(doc[i:]))
		}
		for _, c := range alphabet {
			try([]byte(doc[:i] + string([]byte{c}) + doc[i:]))
			if i < len(doc) {
				try([]byte(doc[:i] + string([]byte{c}) + doc[i+1:]))
			}
		}
	}
	for _, text := range []string{"", " ", "nul", "null", "nulll", "null x", "[]", `["]`, `"s"`, "1", "01", "-", "1.", "1e", "tru", "{}{}", "{},",
		`{"v":[""],}`, `{"a"}`, `{"a":1 "b":2}`, `{,}`, "\ufeff{}", `{"a":"\ud800"}`, `{"a":"\ud800\u0041"}`, "{\"\xff\":\"\xed\xa0\x80\"}"} {
		try([]byte(text))
	}
	t.Logf("%d texts, %d valid objects", seen, valid)
}

// agree holds UnmarshalJSON to encoding/json's judgement and result, and returns 1 for a valid object.
func agree(t *testing.T, text []byte) int {
	t.Helper()
	var m object
	m.Set("untouched", nil)
	err := m.UnmarshalJSON(text)
	var mismatch *json.UnmarshalTypeError
	var want map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	wantErr := d.Decode(&want)
	if !json.Valid(text) || wantErr != nil || want == nil {
		if err == nil && want == nil && json.Valid(text) && wantErr == nil {
			return 0 // null
		}
		if err == nil || m.Len() != 1 || json.Valid(text) != errors.As(err, &mismatch) {
			t.Fatalf("%q: %v, the map has %d entries", text, err, m.Len())
		}
		return 0
	}
	if err != nil {
		t.Fatalf("%q is refused: %v", text, err)
	}
	m.Delete("untouched")
	delete(want, "untouched")
	if got := plain(&m); !assert.ObjectsAreEqual(want, got) {
		t.Fatalf("%q: %v, want %v", text, got, want)
	}
	// encoding/json sorts keys, so compare what it makes of our text.
	for _, escape := range []bool{true, false} {
		var ours, std bytes.Buffer
		e := json.NewEncoder(&ours)
		e.SetEscapeHTML(escape)
		require.NoError(t, e.Encode(&m))
		e = json.NewEncoder(&std)
		e.SetEscapeHTML(escape)
		require.NoError(t, e.Encode(want))
		if len(ours.String()) != len(std.String()) {
			t.Fatalf("%q is encoded as %s, and by encoding/json as %s", text, &ours, &std)
		}
		var back object
		require.NoError(t, back.UnmarshalJSON(ours.Bytes()))
		if !assert.ObjectsAreEqual(want, plain(&back)) {
			t.Fatalf("%q comes back as %s", text, &ours)
		}
	}
	return 1
}

// plain turns maps into the builtin kind.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		m := map[string]any{}
		for k, v := range v.All() {
			m[k] = plain(v)
		}
		return m
	case []any:
		s := slices.Clone(v)
		for i := range s {
			s[i] = plain(s[i])
		}
		return s
	}
	return v
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\u2028<"}],"c":1e400}`))
	f.Fuzz(func(t *testing.T, text []byte) { agree(t, text) })
}

func TestJSONEscapesHTMLAsEncodingJSON(t *testing.T) {
	var m object
	m.Set("<a>", []any{"&", struct{ S string }{"<b>"}, "\u2028"})
	got, err := json.Marshal(&m)
	require.NoError(t, err)
	assert.Equal(t, `{"\u003ca\u003e":["\u0026",{"S":"\u003cb\u003e"},"\u2028"]}`, string(got))
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(&m))
	assert.Equal(t, `{"<a>":["&",{"S":"<b>"},"\u2028"]}`+"\n", buf.String())
}

func TestJSONDepth(t *testing.T) {
	nested := func(n int) []byte { // n levels, the object included
		return []byte(`{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`)
	}
	var m object
	assert.NoError(t, m.UnmarshalJSON(nested(10000)))
	assert.True(t, json.Valid(nested(10000)))
	assert.ErrorContains(t, m.UnmarshalJSON(nested(10001)), "nested deeper")
	assert.False(t, json.Valid(nested(10001)))

	m.Clear()
	m.Set("self", &m)
	_, err := m.MarshalJSON()
	assert.ErrorContains(t, err, "does a map hold itself?")
}

func TestJSONOptions(t *testing.T) {
	const doc = `{"a":1,"b":{"x":1,"y":2,"x":3},"a":2}`
	for policy, want := range map[orderedmap.Duplicates]string{
		orderedmap.LastWins:  `{"a":2,"b":{"x":3,"y":2}}`,
		orderedmap.FirstWins: `{"a":1,"b":{"x":1,"y":2}}`,
	} {
		var m object
		require.NoError(t, m.DecodeJSON([]byte(doc), orderedmap.JSONOptions{Duplicates: policy}))
		got, err := m.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	strict := orderedmap.JSONOptions{Duplicates: orderedmap.RefuseDuplicates}
	var m object
	assert.EqualError(t, m.DecodeJSON([]byte(doc), strict), "orderedmap: JSON before offset 29: a second member of the key x")
	assert.ErrorContains(t, m.DecodeJSON([]byte(`{"a":1,"\u0061":2}`), strict), "key a")
	assert.Zero(t, m.Len(), "a refused text sets nothing")
	var ints orderedmap.Map[int, int]
	assert.ErrorContains(t, ints.DecodeJSON([]byte(`{"1":1,"01":2}`), strict), "key 1", "two names, one key")
	m.Set("a", 0)
	require.NoError(t, m.DecodeJSON([]byte(`{"a":{"a":1}}`), strict), "what the map had before is no duplicate")

	shallow := orderedmap.JSONOptions{MaxDepth: 2}
	assert.NoError(t, m.DecodeJSON([]byte(`{"a":[1]}`), shallow))
	assert.ErrorContains(t, m.DecodeJSON([]byte(`{"a":[[]]}`), shallow), "nested deeper than 2")
	_, err := m.EncodeJSON(orderedmap.JSONOptions{MaxDepth: 1})
	assert.ErrorContains(t, err, "nested deeper than 1")

	m.Set("<", "&")
	got, err := m.EncodeJSON(orderedmap.JSONOptions{EscapeHTML: true})
	require.NoError(t, err)
	through, err := json.Marshal(&m)
	require.NoError(t, err)
	assert.Equal(t, string(through), string(got))
}

// point is a key by its text methods.
type point struct{ x, y int }

func (p point) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d:%d", p.x, p.y), nil }
func (p *point) UnmarshalText(text []byte) error {
	_, err := fmt.Sscanf(string(text), "%d:%d", &p.x, &p.y)
	return err
}

func TestJSONKeys(t *testing.T) {
	type named string
	roundTrip[named](t, `{"b":1,"a":2}`)
	roundTrip[int8](t, `{"127":1,"-128":2}`)
	roundTrip[uint64](t, `{"18446744073709551615":1,"0":2}`)
	roundTrip[point](t, `{"3:4":1,"-1:2":2}`)

	var small orderedmap.Map[int8, int]
	var mismatch *json.UnmarshalTypeError
	assert.ErrorAs(t, small.UnmarshalJSON([]byte(`{"1":1,"300":2,"2":3}`)), &mismatch)
	assert.Equal(t, []int8{1, 2}, slices.Collect(small.Keys()), "the others are set")

	var floats orderedmap.Map[float64, int]
	floats.Set(1, 1)
	_, err := floats.MarshalJSON()
	var unsupported *json.UnsupportedTypeError
	assert.ErrorAs(t, err, &unsupported)
	assert.ErrorAs(t, floats.UnmarshalJSON([]byte(`{"1":1}`)), &mismatch)
}

func roundTrip[K comparable](t *testing.T, doc string) {
	t.Helper()
	var m orderedmap.Map[K, int]
	require.NoError(t, json.Unmarshal([]byte(doc), &m))
	got, err := json.Marshal(&m)
	require.NoError(t, err)
	assert.Equal(t, doc, string(got))
}

func TestJSONTypedValues(t *testing.T) {
	type item struct {
		Name string
		Tags *orderedmap.Map[string, []int]
	}
	const doc = `{"b":{"Name":"x","Tags":{"z":[1],"y":[]}},"a":{"Name":"","Tags":null}}`
	var m orderedmap.Map[string, item]
	require.NoError(t, m.UnmarshalJSON([]byte(doc)))
	got, err := json.Marshal(&m)
	require.NoError(t, err)
	assert.Equal(t, doc, string(got))

	// A value of the wrong type is reported, and the others are set, as for the builtin map.
	var ints orderedmap.Map[string, int]
	var mismatch *json.UnmarshalTypeError
	assert.ErrorAs(t, ints.UnmarshalJSON([]byte(`{"a":1,"b":"x","c":3}`)), &mismatch)
	assert.Equal(t, []string{"a", "b", "c"}, slices.Collect(ints.Keys()))
	assert.Equal(t, []int{1, 0, 3}, slices.Collect(ints.Values()))
	assert.ErrorAs(t, ints.UnmarshalJSON([]byte(`[1]`)), &mismatch)
}

// Scalars that are read without encoding/json must come out as it reads them, or fail as it fails.
func TestJSONScalarsLikeEncodingJSON(t *testing.T) {
	scalars[int](t)
	scalars[float64](t)
	scalars[string](t)
	scalars[bool](t)
	scalars[int8](t)
}

func scalars[V comparable](t *testing.T) {
	for _, text := range []string{"0", "-0", "7", "-1", "01", "-", "--1", "1.0", "1.5", "1e3", "1E+2", "999999999999999999", "-999999999999999999",
		"1000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400", "-1e-400", "0.1", "1.", "+1",
		`"a"`, `"1"`, `""`, `"é\u00e9\n"`, `"abcdefgh\\"`, `"abcdefg` + "\x01" + `"`, `"12345678é"`, `"abc` + "\xff" + `"`, `"abcdefgh`,
		"true", "false", "null", "[]", "{}", "nul", "1 2", "1}"} {
		doc := []byte(`{"k":` + text + `,"k" : ` + text + ` }`)
		var m orderedmap.Map[string, V]
		var want map[string]V
		err, wantErr := m.UnmarshalJSON(doc), json.Unmarshal(doc, &want)
		if (err == nil) != (wantErr == nil) || err == nil && m.At("k") != want["k"] {
			t.Errorf("%T of %s is %v (%v), by encoding/json %v (%v)", *new(V), text, m.At("k"), err, want["k"], wantErr)
		}
	}
}

// renamed has a map embedded, and an encoding of its own.
type renamed struct{ *object }

func (renamed) MarshalJSON() ([]byte, error) { return []byte(`"renamed"`), nil }

func TestJSONEmbeddedMapKeepsItsOwnEncoding(t *testing.T) {
	var m object
	m.Set("a", renamed{new(object)})
	m.Set("b", 1.5)
	m.Set("c", int64(7))
	m.Set("d", []any(nil))
	m.Set("e", json.Number(""))
	got, err := json.Marshal(&m)
	require.NoError(t, err)
	assert.Equal(t, `{"a":"renamed","b":1.5,"c":7,"d":null,"e":0}`, string(got))
	m.Set("f", json.Number("1x"))
	_, err = json.Marshal(&m)
	assert.Error(t, err)
	m.Set("f", make(chan int))
	_, err = json.Marshal(&m)
	assert.Error(t, err)
}
