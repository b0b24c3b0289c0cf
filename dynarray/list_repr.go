package dynarray

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// String returns the elements as Python prints them: [1, 2, 3], [1.0, inf, 1e-05], [True, False], [(1+2j)]. What Python
// has no literal for, as a struct, stands there as fmt's %v has it.
func (l *List[T]) String() string {
	l.a.open()
	b := append(make([]byte, 0, 2+4*len(l.a.s)), '[')
	for i, v := range l.a.s {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendRepr(b, v)
	}
	runtime.KeepAlive(l)
	return string(append(b, ']'))
}

// appendRepr adds v as Python's repr prints it.
func appendRepr[T any](b []byte, v T) []byte {
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return strconv.AppendInt(b, r.Int(), 10)
	case r.CanUint():
		return strconv.AppendUint(b, r.Uint(), 10)
	case r.CanFloat():
		return append(b, floatRepr(r.Float(), r.Type().Bits(), true)...)
	case r.CanComplex():
		return append(b, complexRepr(r.Complex(), r.Type().Bits()/2)...)
	case r.Kind() == reflect.Bool && r.Bool():
		return append(b, "True"...)
	case r.Kind() == reflect.Bool:
		return append(b, "False"...)
	}
	return fmt.Append(b, v)
}

// floatRepr is the shortest number that reads back as f: with an exponent from 1e16 on and below 1e-4, and with a point
// where it has neither, so that nobody takes it for an integer.
func floatRepr(f float64, bits int, point bool) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'g', -1, bits), "+"))
	}
	e := strconv.FormatFloat(f, 'e', -1, bits)
	exponent, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:]) // FormatFloat always writes one
	if exponent < -4 || exponent >= 16 {
		return e
	}
	s := strconv.FormatFloat(f, 'f', -1, bits)
	if point && !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// complexRepr leaves out a real part that is 0, and its point.
func complexRepr(c complex128, bits int) string {
	imaginary := floatRepr(imag(c), bits, false) + "j"
	if real(c) == 0 && !math.Signbit(real(c)) {
		return imaginary
	}
	if imaginary[0] != '-' {
		imaginary = "+" + imaginary
	}
	return "(" + floatRepr(real(c), bits, false) + imaginary + ")"
}
