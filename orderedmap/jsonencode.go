package orderedmap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// An encoder collects JSON text. Maps inside maps write to the same buffer: through json.Marshal each level
// would be checked and copied again by the one above, which is quadratic in the depth.
type encoder struct {
	buf      []byte
	depth    int
	maxDepth int
	check    decoder // of numbers

	other   bytes.Buffer // what encoding/json wrote last
	through *json.Encoder
}

// encodable is a Map or Linked of any type, or something that has one embedded and may have a MarshalJSON of its own;
// is tells them apart.
type encodable interface {
	encode(e *encoder) error
	is(v any) bool
}

func (m *Map[K, V]) is(v any) bool {
	_, ok := v.(*Map[K, V])
	return ok
}

func (m *Map[K, V]) encode(e *encoder) error {
	if m == nil {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	nameOf, err := beginObject[K](e)
	if err != nil {
		return err
	}
	for key, value := range m.All() {
		if err := encodeMember(e, nameOf, key, value); err != nil {
			return err
		}
	}
	e.leave('}')
	return nil
}

// beginObject opens an object and returns how the keys become names; nil for strings, which are names: the function would
// be allocated for each map.
func beginObject[K comparable](e *encoder) (nameOf func(K) (string, error), err error) {
	if _, plain := any((*K)(nil)).(*string); plain {
		return nil, e.enter('{')
	}
	if nameOf, err = keyWriter[K](); err != nil {
		return nil, err
	}
	return nameOf, e.enter('{')
}

// encodeMember appends one member of an object.
func encodeMember[K comparable, V any](e *encoder, nameOf func(K) (string, error), key K, value V) error {
	if e.buf[len(e.buf)-1] != '{' { // no value ends so
		e.buf = append(e.buf, ',')
	}
	if cap(e.buf)-len(e.buf) < 512 {
		e.buf = slices.Grow(e.buf, len(e.buf)+1024) // doubles; append grows by a quarter, and copies four times as much
	}
	if name, plain := any(&key).(*string); plain {
		e.buf = append(appendText(e.buf, *name), ':')
	} else {
		name, err := nameOf(key)
		if err != nil {
			return fmt.Errorf("orderedmap: name of key %v: %w", key, err)
		}
		e.buf = append(appendText(e.buf, name), ':')
	}
	// By pointer: a value put into an interface would be allocated.
	switch v := any(&value).(type) {
	case *string:
		e.buf = appendText(e.buf, *v)
	case *int:
		e.buf = strconv.AppendInt(e.buf, int64(*v), 10)
	case *any:
		return e.value(*v)
	default:
		return e.value(value)
	}
	return nil
}

// value appends any value; those that a decoded document consists of without a detour.
func (e *encoder) value(v any) error {
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case *Map[string, any]: // is encodable, but a concrete type is told faster
		return v.encode(e)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case string:
		e.buf = appendText(e.buf, v)
	case int:
		e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	case []any:
		if v == nil {
			e.buf = append(e.buf, "null"...)
			return nil
		}
		if err := e.enter('['); err != nil {
			return err
		}
		for i, element := range v {
			if i > 0 {
				e.buf = append(e.buf, ',')
			}
			if err := e.value(element); err != nil {
				return err
			}
		}
		e.leave(']')
	case json.Number:
		start := len(e.buf)
		e.buf = append(e.buf, v...)
		e.check.data, e.check.at = e.buf[start:], 0
		if _, err := e.check.number(); err != nil || e.check.at < len(v) {
			e.buf = e.buf[:start]
			return e.elsewhere(v) // "" is 0 there; the rest is an error
		}
	case encodable:
		if v.is(v) {
			return v.encode(e)
		}
		return e.elsewhere(v)
	default:
		return e.elsewhere(v)
	}
	return nil
}

// elsewhere appends what encoding/json makes of v. HTML stays as it is, so that whoever called MarshalJSON
// can decide about it.
func (e *encoder) elsewhere(v any) error {
	if e.through == nil {
		e.through = json.NewEncoder(&e.other)
		e.through.SetEscapeHTML(false)
	}
	e.other.Reset()
	if err := e.through.Encode(v); err != nil {
		return err
	}
	e.buf = append(e.buf, bytes.TrimSuffix(e.other.Bytes(), []byte{'\n'})...)
	return nil
}

func (e *encoder) enter(bracket byte) error {
	e.buf = append(e.buf, bracket)
	if e.depth++; e.depth > e.maxDepth {
		return fmt.Errorf("orderedmap: JSON nested deeper than %d: does a map hold itself?", e.maxDepth)
	}
	return nil
}

func (e *encoder) leave(bracket byte) {
	e.buf = append(e.buf, bracket)
	e.depth--
}

// appendText appends s quoted as encoding/json does it: control characters escaped, U+2028 and U+2029 too
// (JavaScript once took them for line ends), broken UTF-8 as an escaped U+FFFD.
func appendText(dst []byte, s string) []byte {
	i, n := plainEnd(s, 0), len(dst)
	if i == len(s) && len(s)+2 <= cap(dst)-n { // as nearly always: one length to write
		dst = dst[:n+len(s)+2]
		dst[n], dst[len(dst)-1] = '"', '"'
		copy(dst[n+1:], s)
		return dst
	}
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i < len(s) {
		c := s[i]
		size := 1
		var escaped string
		switch {
		case c == '"' || c == '\\':
			dst = append(append(dst, s[start:i]...), '\\', c)
			start = i + 1
		case c >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				escaped = `\ufffd`
			case r == '\u2028':
				escaped = `\u2028`
			case r == '\u2029':
				escaped = `\u2029`
			}
		case c == '\b':
			escaped = `\b`
		case c == '\f':
			escaped = `\f`
		case c == '\n':
			escaped = `\n`
		case c == '\r':
			escaped = `\r`
		case c == '\t':
			escaped = `\t`
		case c < ' ':
			escaped = `\u00` + string([]byte{hex[c>>4], hex[c&15]})
		}
		if escaped != "" {
			dst = append(append(dst, s[start:i]...), escaped...)
			start = i + size
		}
		i += size
	}
	return append(append(dst, s[start:]...), '"')
}
