package npy

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Element is what a file can hold: the plain types. Those of a size that depends on the machine stand in it with that
// size, int on most as "<i8".
type Element interface {
	~bool | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 |
		~float32 | ~float64 | ~complex64 | ~complex128
}

// native is the byte order of this machine, as files name it.
var native = func() byte {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return '<'
	}
	return '>'
}()

// kindOf returns the letter and the size of an element type, as "f8".
func kindOf[T Element]() string {
	t := reflect.TypeFor[T]()
	letter := byte('i')
	switch t.Kind() {
	case reflect.Bool:
		letter = 'b'
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		letter = 'u'
	case reflect.Float32, reflect.Float64:
		letter = 'f'
	case reflect.Complex64, reflect.Complex128:
		letter = 'c'
	}
	return string(letter) + strconv.Itoa(int(t.Size()))
}

// descrOf returns how a file names an element type of this machine.
func descrOf[T Element]() string {
	kind := kindOf[T]()
	if strings.HasSuffix(kind, "1") {
		return "|" + kind
	}
	return string(native) + kind
}

// refusals say what to do about types that Go has not, by the letter of their kind.
var refusals = map[byte]string{
	'O': "Python objects: np.save the numbers in them, with a dtype of their own",
	'S': "byte strings: a.view(np.uint8) has the bytes",
	'U': "strings: np.char.encode(a, 'utf-8').view(np.uint8) has the bytes",
	'V': "a structured or opaque type: np.save each field by itself, as a['x']",
	'M': "dates: a.astype(np.int64) has the ticks",
	'm': "time spans: a.astype(np.int64) has the ticks",
	'f': "a float that Go has not: a.astype(np.float64)",
	'c': "a complex number that Go has not: a.astype(np.complex128)",
}

// known are all kinds that can be read.
var known = []string{"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"}

// fits checks that the elements are of type T and in C order, and reports whether their bytes have to be swapped.
func fits[T Element](h Header) (swap bool, err error) {
	d := h.Descr
	if strings.HasPrefix(d, "[") {
		return false, fmt.Errorf("npy: the elements are of the structured type %.60s: np.save each field by itself, as a['x']", d)
	}
	order := native
	if len(d) > 0 && strings.IndexByte("<>|=", d[0]) >= 0 {
		if order = d[0]; order == '=' { // NumPy writes it for no file, but reads it
			order = native
		}
		d = d[1:]
	}
	if !slices.Contains(known, d) {
		if d != "" && refusals[d[0]] != "" {
			return false, fmt.Errorf("npy: the elements are of type %.30q, %s", h.Descr, refusals[d[0]])
		}
		return false, fmt.Errorf("npy: the elements are of type %.30q, which is none that is known", h.Descr)
	}
	if want := kindOf[T](); d != want {
		return false, fmt.Errorf("npy: the elements are of type %q, and cannot be read as %v, which is %q: a.astype(%q) in NumPy",
			h.Descr, reflect.TypeFor[T](), want, want)
	}
	one := strings.HasSuffix(d, "1")
	if order == '|' && !one {
		return false, fmt.Errorf("npy: the elements are of type %q, without a byte order", h.Descr)
	}
	if long := slices.DeleteFunc(slices.Clone(h.Shape), func(d int) bool { return d == 1 }); h.Fortran && len(long) > 1 {
		return false, fmt.Errorf("npy: a shape of %v in Fortran order: np.ascontiguousarray(a) has C order", h.Shape)
	}
	return order != native && !one, nil
}

// reverse turns the bytes of each element round, those of a complex number's halves by themselves.
func reverse[T Element](b []byte) {
	kind := kindOf[T]()
	size, _ := strconv.Atoi(kind[1:]) // kindOf wrote it
	if kind[0] == 'c' {
		size /= 2
	}
	switch size {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			b[0], b[1] = b[1], b[0]
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			binary.BigEndian.PutUint32(b, binary.LittleEndian.Uint32(b))
		}
	case 8:
		for ; len(b) >= 8; b = b[8:] {
			binary.BigEndian.PutUint64(b, binary.LittleEndian.Uint64(b))
		}
	}
}
