package orderedmap_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/orderedmap"
)

type linkedObject = orderedmap.Linked[string, any]

func TestLinkedJSONRoundTrip(t *testing.T) {
	for _, doc := range []string{
		`{}`,
		`{"z":1,"a":{"y":[{"q":1.0,"b":12345678901234567890},[],{}],"x":null},"m":true,"{":"{"}`,
		`{"deep":` + strings.Repeat(`[{"d":`, 2000) + `0` + strings.Repeat(`}]`, 2000) + `}`,
	} {
		var l linkedObject
		require.NoError(t, json.Unmarshal([]byte(doc), &l))
		require.NoError(t, l.Check())
		direct, err := l.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, doc, string(direct))
		through, err := json.Marshal(&l)
		require.NoError(t, err)
		assert.Equal(t, doc, string(through))
	}
}

// The order is that of the links, not of memory, and a map of either type may hold the other.
func TestLinkedJSONKeepsItsOrder(t *testing.T) {
	var l linkedObject
	require.NoError(t, l.UnmarshalJSON([]byte(`{"a":1,"b":2,"c":3}`)))
	require.True(t, l.MoveToFront("c"))
	l.Delete("a")
	l.Set("d", orderedmap.NewLinked[int, int](0))
	l.At("d").(*orderedmap.Linked[int, int]).Set(-1, 5)
	outer := orderedmap.New[string, any](0)
	outer.Set("<", &l)
	got, err := outer.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, `{"<":{"c":3,"b":2,"d":{"-1":5}}}`, string(got))
	escaped, err := l.EncodeJSON(orderedmap.JSONOptions{MaxDepth: 1})
	assert.ErrorContains(t, err, "nested deeper than 1", string(escaped))
}

func TestLinkedJSONDuplicates(t *testing.T) {
	const doc = `{"a":1,"b":{"x":1,"y":2,"x":3},"a":2}`
	for policy, want := range map[orderedmap.Duplicates]string{
		orderedmap.LastWins:  `{"a":2,"b":{"x":3,"y":2}}`,
		orderedmap.FirstWins: `{"a":1,"b":{"x":1,"y":2}}`,
	} {
		var l linkedObject
		require.NoError(t, l.DecodeJSON([]byte(doc), orderedmap.JSONOptions{Duplicates: policy}))
		got, err := l.MarshalJSON()
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
	var l linkedObject
	assert.ErrorContains(t, l.DecodeJSON([]byte(doc), orderedmap.JSONOptions{Duplicates: orderedmap.RefuseDuplicates}), "second member")
	assert.Zero(t, l.Len())
}

// What a map had stays, in its place, and broken text changes nothing, whether a loop stands in the map or not.
func TestLinkedJSONIntoAMapInUse(t *testing.T) {
	l := orderedmap.NewLinked[string, int](0)
	l.Set("b", 0)
	l.Set("old", 7)
	for _, doc := range []string{`{"a":1`, `{"a":1,}`, `[1]`, `"a"`, ``, `{"a":1}}`} {
		assert.Error(t, l.UnmarshalJSON([]byte(doc)), doc)
		assert.Equal(t, []string{"b", "old"}, slices.Collect(l.Keys()), doc)
	}
	assert.EqualError(t, l.UnmarshalJSON([]byte(`7`)),
		"json: cannot unmarshal number into Go value of type orderedmap.Linked[string,int]")
	require.NoError(t, l.UnmarshalJSON([]byte(` null `)))
	var mismatch *json.UnmarshalTypeError
	assert.ErrorAs(t, l.UnmarshalJSON([]byte(`{"c":1,"b":"x","a":3}`)), &mismatch)
	assert.Equal(t, []string{"b", "old", "c", "a"}, slices.Collect(l.Keys()), "the others are set")

	var seen []string
	for key := range l.All() {
		if seen = append(seen, key); len(seen) == 1 {
			for _, key := range slices.Collect(l.Keys()) {
				l.Delete(key)
			}
			l.Shrink()
			require.NoError(t, l.UnmarshalJSON([]byte(`{"x":1,"y":2}`)))
		}
	}
	assert.Equal(t, []string{"b", "x", "y"}, seen)
	require.NoError(t, l.Check())
}

func TestLinkedJSONNilAndZero(t *testing.T) {
	var none *linkedObject
	got, err := none.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, "null", string(got))
	got, err = new(linkedObject).MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, "{}", string(got))
	holder := struct {
		L *orderedmap.Linked[int, int]
	}{}
	require.NoError(t, json.Unmarshal([]byte(`{"L":null}`), &holder))
	assert.Nil(t, holder.L)
	require.NoError(t, json.Unmarshal([]byte(`{"L":{"3":7,"-1":8}}`), &holder))
	assert.Equal(t, []int{3, -1}, slices.Collect(holder.L.Keys()))
}
