package nodesearch

import (
	"cmp"
	"math"
	"reflect"
)

// Kind says how the keys of one tree are ordered, and so how a node of it is searched.
type Kind uint8

const (
	None    Kind = iota // the type has no order of its own, and no comparator was given
	Int8                // signed integers, by size
	Int16               //
	Int32               //
	Int64               //
	Uint8               // unsigned ones
	Uint16              //
	Uint32              //
	Uint64              //
	Float32             // NaN before all, as in package cmp
	Float64             //
	String              //
	Custom              // a comparator of the user's own
)

// Integer and Float are the types that the counting kernels take.
type Integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// Float: see Integer.
type Float interface{ float32 | float64 }

// KindOf returns the kind of the keys of type K: None unless K is of a type that cmp.Ordered allows.
func KindOf[K any]() Kind {
	t := reflect.TypeFor[K]()
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return [...]Kind{1: Int8, 2: Int16, 4: Int32, 8: Int64}[t.Size()]
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return [...]Kind{1: Uint8, 2: Uint16, 4: Uint32, 8: Uint64}[t.Size()]
	case reflect.Float32:
		return Float32
	case reflect.Float64:
		return Float64
	case reflect.String:
		return String
	}
	return None
}

// An Order is how the keys of one tree compare.
type Order[K any] struct {
	Kind    Kind
	Padded  bool // unused slots of a node hold Pad, which is the largest key of all
	Pad     K
	Compare func(a, b K) int
}

// ByComparator returns the order that compare makes.
func ByComparator[K any](compare func(a, b K) int) Order[K] {
	return Order[K]{Kind: Custom, Compare: compare}
}

// Natural returns the order that package cmp gives K, of kind None if it gives none.
func Natural[K any]() Order[K] {
	switch k := KindOf[K](); k {
	case Int8:
		return number[K](k, int8(math.MaxInt8))
	case Int16:
		return number[K](k, int16(math.MaxInt16))
	case Int32:
		return number[K](k, int32(math.MaxInt32))
	case Int64:
		return number[K](k, int64(math.MaxInt64))
	case Uint8:
		return number[K](k, uint8(math.MaxUint8))
	case Uint16:
		return number[K](k, uint16(math.MaxUint16))
	case Uint32:
		return number[K](k, uint32(math.MaxUint32))
	case Uint64:
		return number[K](k, uint64(math.MaxUint64))
	case Float32:
		return number[K](k, float32(math.Inf(1)))
	case Float64:
		return number[K](k, math.Inf(1))
	case String:
		return Order[K]{Kind: k, Compare: As[func(a, b K) int](cmp.Compare[string])}
	}
	return Order[K]{}
}

func number[K any, O cmp.Ordered](k Kind, largest O) Order[K] {
	return Order[K]{Kind: k, Padded: true, Pad: As[K](largest), Compare: As[func(a, b K) int](cmp.Compare[O])}
}
