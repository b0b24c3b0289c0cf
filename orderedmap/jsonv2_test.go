//go:build goexperiment.jsonv2

package orderedmap_test

import (
	jsonv1 "encoding/json"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/orderedmap"
)

var (
	_ json.MarshalerTo     = (*object)(nil)
	_ json.UnmarshalerFrom = (*object)(nil)
	_ json.MarshalerTo     = (*linkedObject)(nil)
	_ json.UnmarshalerFrom = (*linkedObject)(nil)
)

// Without it the method of the map that it has embedded would win over its MarshalJSON.
func (renamed) MarshalJSONTo(e *jsontext.Encoder) error {
	return e.WriteToken(jsontext.String("renamed"))
}

func TestJSONV2RoundTrip(t *testing.T) {
	type holder struct {
		A *object
		B *orderedmap.Map[int8, *orderedmap.Map[string, []int]]
		C *object `json:",omitzero"`
	}
	for _, doc := range []string{
		`{"A":{"z":1,"a":{"y":[{"q":1.0,"b":12345678901234567890},[],{}],"x":null},"m":true},"B":{"3":{"z":[1],"a":[]},"-1":null}}`,
		`{"A":null,"B":{}}`,
		`{"A":{"deep":` + strings.Repeat(`[{"d":`, 2000) + `0` + strings.Repeat(`}]`, 2000) + `},"B":null}`,
	} {
		var h holder
		require.NoError(t, json.Unmarshal([]byte(doc), &h))
		got, err := json.Marshal(&h)
		require.NoError(t, err)
		assert.Equal(t, doc, string(got))
	}
}

func TestJSONV2OptionsReachTheValues(t *testing.T) {
	var m orderedmap.Map[string, any]
	m.Set("b", []int(nil))
	m.Set("a", 3)
	inner := orderedmap.New[string, time.Duration](0)
	inner.Set("<", time.Second)
	m.Set("d", inner)
	seconds := json.WithMarshalers(json.MarshalFunc(func(d time.Duration) ([]byte, error) {
		return []byte(`"` + d.String() + `"`), nil
	}))
	got, err := json.Marshal(&m, seconds, json.FormatNilSliceAsNull(true), jsontext.EscapeForHTML(true), jsontext.SpaceAfterComma(true))
	require.NoError(t, err)
	assert.Equal(t, `{"b":null, "a":3, "d":{"\u003c":"1s"}}`, string(got))

	var back orderedmap.Map[string, time.Duration]
	require.NoError(t, json.Unmarshal([]byte(` { "y" : "2s" , "x" : "1s" } `), &back, json.WithUnmarshalers(
		json.UnmarshalFunc(func(text []byte, d *time.Duration) (err error) {
			*d, err = time.ParseDuration(strings.Trim(string(text), `"`))
			return err
		}))))
	assert.Equal(t, []time.Duration{2 * time.Second, time.Second}, slices.Collect(back.Values()))
}

func TestJSONV2Refuses(t *testing.T) {
	for _, doc := range []string{`{"a":1,"a":2}`, `{"a":1`, `{"a"}`, `[1]`, `{"a":1,"b":"x"}`, `{"a":1,}`, `"a"`, ``, `{"a":1}}`} {
		var m orderedmap.Map[string, int]
		m.Set("old", 7)
		assert.Error(t, json.Unmarshal([]byte(doc), &m), doc)
		if !strings.HasSuffix(doc, "}}") { // what stands behind the value is not the map's to see
			assert.Equal(t, []string{"old"}, slices.Collect(m.Keys()), doc)
		}
	}
	var nested object
	assert.Error(t, json.Unmarshal([]byte(`{"a":{"b":1,"b":2}}`), &nested), "at every depth")
	require.NoError(t, json.Unmarshal([]byte(`{"a":1,"c":0,"a":{"b":1,"b":2}}`), &nested, jsontext.AllowDuplicateNames(true)))
	assert.Equal(t, "map[a:map[b:2] c:0]", nested.String())
	nested.Set("self", &nested)
	_, err := json.Marshal(&nested)
	assert.Error(t, err, "a map that holds itself")
	var floats orderedmap.Map[float64, int]
	assert.Error(t, json.Unmarshal([]byte(`{"1":1}`), &floats))
	floats.Set(1, 1)
	_, err = json.Marshal(&floats)
	assert.Error(t, err)
	// encoding/json, which stands on v2 now, goes on taking members of the same name.
	var m orderedmap.Map[string, int]
	require.NoError(t, jsonv1.Unmarshal([]byte(`{"b":0,"a":1,"b":2}`), &m))
	assert.Equal(t, "map[b:2 a:1]", m.String())
}

func TestJSONV2Linked(t *testing.T) {
	var l orderedmap.Linked[string, int]
	require.NoError(t, json.Unmarshal([]byte(`{"b":1,"a":2}`), &l))
	require.True(t, l.MoveToFront("a"))
	got, err := json.Marshal(&l, jsontext.SpaceAfterComma(true))
	require.NoError(t, err)
	assert.Equal(t, `{"a":2, "b":1}`, string(got))
	for _, doc := range []string{`{"c":1,"c":2}`, `{"c":1`, `[1]`, `{"c":1,"d":"x"}`} {
		assert.Error(t, json.Unmarshal([]byte(doc), &l), doc)
		assert.Equal(t, []string{"a", "b"}, slices.Collect(l.Keys()), doc)
	}
	got, err = json.Marshal((*linkedObject)(nil))
	require.NoError(t, err)
	assert.Equal(t, "null", string(got))
	var nested linkedObject
	require.NoError(t, json.Unmarshal([]byte(`{"z":{"b":1.0,"a":[]}}`), &nested))
	got, err = json.Marshal(&nested)
	require.NoError(t, err)
	assert.Equal(t, `{"z":{"b":1.0,"a":[]}}`, string(got))
}
