package hashmap

import "reflect"

// Kind says how the keys of a type are hashed and compared. It is found once for each map, by reflection, and kept
// in the map as a byte: a predictable branch on it costs less than a call through a function value, and leaves the
// fast kinds open to inlining.
type Kind uint8

const (
	Unset  Kind = iota // a zero map that has not been written yet
	Word               // 1, 2, 4 or 8 bytes whose equality is that of their bits
	Pair               // 16 such bytes
	String             // any type whose underlying type is string
	Bytes              // any other number of such bytes: arrays, structs of integers without padding
	Other              // floats, interfaces, padding, blank fields, strings inside structs: hash/maphash.Comparable
	Custom             // a Hasher of the user's own
	Strong             // Word, Pair, String or Bytes in a map that was flooded: hash/maphash
)

func (k Kind) String() string {
	return [...]string{"unset", "word", "pair", "string", "bytes", "other", "custom", "strong"}[k]
}

// kindOf classifies a key type.
func kindOf(t reflect.Type) Kind {
	if t.Kind() == reflect.String {
		return String
	}
	if !plain(t) {
		return Other
	}
	switch t.Size() {
	case 1, 2, 4, 8:
		return Word
	case 16:
		return Pair
	case 0:
		return Other
	}
	return Bytes
}

// plain reports whether == on t compares nothing but all of its bits. Floats do not (-0 == 0, NaN != NaN), padding
// and blank fields do not take part in ==, strings and interfaces point elsewhere.
func plain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		return true
	case reflect.Array:
		return plain(t.Elem())
	case reflect.Struct:
		end := uintptr(0)
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Name == "_" || f.Offset != end || !plain(f.Type) {
				return false
			}
			end = f.Offset + f.Type.Size()
		}
		return end == t.Size()
	}
	return false
}
