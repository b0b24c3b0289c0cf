package hashmap

import (
	"reflect"
	"testing"
)

func TestKinds(t *testing.T) {
	type name string
	type word struct {
		a, b uint16
		c    int32
	}
	type blank struct {
		a uint32
		_ uint32
	}
	type tail struct {
		a uint32
		b uint8
	}
	for _, c := range []struct {
		key  any
		want Kind
	}{
		{uint64(0), Word}, {int32(0), Word}, {uint8(0), Word}, {false, Word}, {new(int), Word}, {make(chan int), Word},
		{word{1, 2, 3}, Word}, {[8]byte{}, Word}, {[2]int32{}, Word},
		{[2]uint64{}, Pair}, {struct{ a, b int64 }{}, Pair}, {[16]byte{}, Pair},
		{"", String}, {name(""), String},
		{[3]int64{}, Bytes}, {[3]byte{}, Bytes}, {[32]byte{}, Bytes}, {struct{ a [2]word }{}, Pair},
		{1.5, Other}, {float32(1), Other}, {1i, Other}, {blank{a: 1}, Other}, {tail{1, 2}, Other}, {[1]string{}, Other},
		{struct{}{}, Other}, {[1]any{}, Other}, {struct{ f float64 }{}, Other},
	} {
		if got := kindOf(reflect.TypeOf(c.key)); got != c.want {
			t.Errorf("%T is %v, want %v", c.key, got, c.want)
		}
	}
	if got := kindOf(reflect.TypeFor[any]()); got != Other {
		t.Errorf("any is %v", got)
	}
}

func TestLazyRefusesIncomparable(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a slice is taken for a key")
		}
	}()
	Lazy[[]byte]()
}
