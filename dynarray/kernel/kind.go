package kernel

import "reflect"

// Number is what Sum can add.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr |
		~float32 | ~float64 | ~complex64 | ~complex128
}

// kind says what the bytes of an element mean. The numbers are kernel.h's.
type kind int

const (
	other kind = iota // nothing that C knows
	u8
	i8
	u16
	i16
	u32
	i32
	u64
	i64
	f32
	f64
)

// kindOf looks through a type's name: type ID int64 is i64. It takes some three nanoseconds, so it is asked only once a
// slice is long enough for C.
func kindOf[T any]() kind {
	t := reflect.TypeFor[T]()
	switch t.Kind() {
	case reflect.Bool: // for what compares only
		return u8
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return bySize(t, i8, i16, i32, i64)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return bySize(t, u8, u16, u32, u64)
	case reflect.Float32:
		return f32
	case reflect.Float64:
		return f64
	}
	return other
}

func bySize(t reflect.Type, of1, of2, of4, of8 kind) kind {
	switch t.Size() {
	case 1:
		return of1
	case 2:
		return of2
	case 4:
		return of4
	}
	return of8
}

func (k kind) float() bool { return k == f32 || k == f64 }
