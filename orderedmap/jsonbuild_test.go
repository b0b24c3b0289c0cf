package orderedmap

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// object writes an object with the names given, whose values are their places.
func object(names []string) string {
	var b strings.Builder
	for i, name := range names {
		fmt.Fprintf(&b, ",%q:%d", name, i)
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

// Objects of all sizes around those that are made in one piece; each twice, as the second takes the index of the first,
// and once with its names the other way round. Each has to go on as any map does.
func TestObjectsOfOneShape(t *testing.T) {
	for n := range 20 {
		var names []string
		for i := range n {
			names = append(names, fmt.Sprintf("name %d", i))
		}
		reversed := slices.Clone(names)
		slices.Reverse(reversed)
		text := "[" + object(names) + "," + object(names) + "," + object(reversed) + "," + object(names) + "]"
		var read Map[string, any]
		if err := read.UnmarshalJSON([]byte(`{"all":` + text + `}`)); err != nil {
			t.Fatal(err)
		}
		for i, value := range read.At("all").([]any) {
			m, order := value.(*Map[string, any]), names
			if i == 2 {
				order = reversed
			}
			if written, err := m.MarshalJSON(); err != nil || string(written) != object(order) {
				t.Fatalf("%d members, object %d: %s, %v, want %s", n, i, written, err, object(order))
			}
			for p, name := range order {
				if got, ok := m.Get(name); !ok || got != json.Number(fmt.Sprint(p)) {
					t.Fatalf("%d members, object %d: %s is %v, %v", n, i, name, got, ok)
				}
			}
			want := slices.Clone(order)
			if n > 1 {
				m.MoveToFront(order[1])
				m.Delete(order[0])
				m.Set(order[0], "again")
				want = append(append([]string{order[1]}, order[2:]...), order[0])
			}
			for j := range 40 {
				m.Set(fmt.Sprint("more ", j), j)
				want = append(want, fmt.Sprint("more ", j))
			}
			if got := slices.Collect(m.Keys()); !slices.Equal(got, want) {
				t.Fatalf("%d members, object %d, changed: %q, want %q", n, i, got, want)
			}
			m.Shrink()
			m.Clear()
			if m.Set("a", 1); m.Len() != 1 {
				t.Fatalf("%d members, object %d: cleared and set, it has %d entries", n, i, m.Len())
			}
		}
	}
}

// A name that is there twice keeps an object from lending its index, and from borrowing one.
func TestDuplicateInARepeatedShape(t *testing.T) {
	const text = `[{"a":1,"b":2,"a":3},{"a":1,"b":2,"a":3},{"a":1,"b":2,"c":3},{"a":1,"b":2,"a":3}]`
	var read Map[string, any]
	if err := read.UnmarshalJSON([]byte(`{"all":` + text + `}`)); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(read.At("all"))
	if want := `[{"a":3,"b":2},{"a":3,"b":2},{"a":1,"b":2,"c":3},{"a":3,"b":2}]`; err != nil || string(written) != want {
		t.Errorf("%s, %v, want %s", written, err, want)
	}
}

// Names that come after each other again, and that begin like the one expected.
func TestNamesThatAreGuessed(t *testing.T) {
	const text = `[{"id":1,"name":2},{"id":1,"names":2},{"id":1,"nam":2},{"id":1,"name\u0041":2},{"id":1,"name":2},{"id":1,"":2},{"id":1,"name":2}]`
	var read Map[string, any]
	if err := read.UnmarshalJSON([]byte(`{"all":` + text + `}`)); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(read.At("all"))
	if want := strings.ReplaceAll(text, `\u0041`, "A"); err != nil || string(written) != want {
		t.Errorf("%s, %v, want %s", written, err, want)
	}
}

// Short strings and numbers lie beside each other in memory; to who has them they are values as any.
func TestValuesSideBySide(t *testing.T) {
	var want []any
	for i := range 100 {
		want = append(want, fmt.Sprint("text ", i), json.Number(fmt.Sprint(i)), strings.Repeat("long", i), json.Number(strings.Repeat("7", i+1)), "")
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var read Map[string, any]
	if err := read.UnmarshalJSON([]byte(`{"all":` + string(text) + `}`)); err != nil {
		t.Fatal(err)
	}
	if got := read.At("all"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
