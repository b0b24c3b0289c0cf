package orderedmap

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
)

// maxDepth is how deeply values may be nested, the outermost object counting as one: encoding/json's limit.
const maxDepth = 10000

// MarshalJSON returns the map as a JSON object, its members in the map's order; a nil map is null. Keys are
// those that encoding/json takes for its maps: strings, encoding.TextMarshalers and integers. HTML is not
// escaped here: json.Marshal does that to what it gets, and an Encoder with SetEscapeHTML(false) does not.
func (m *Map[K, V]) MarshalJSON() ([]byte, error) {
	return m.EncodeJSON(JSONOptions{})
}

// UnmarshalJSON sets the members of a JSON object, in their order, in the map, which keeps the entries that
// it had. Of members with the same key the last one's value wins and the first one's place is kept. Where V
// is any, objects become *Map[string, any] at every depth, arrays []any and numbers json.Number, so that
// neither order nor digits are lost: encoding a compact document again yields its bytes (save for escapes
// in strings that need none). Other values are left to json.Unmarshal.
//
// Text that is not valid JSON is rejected, the rules being encoding/json's, and leaves the map as it was;
// null does nothing. A value of the wrong type is reported after all others have been set, again as
// encoding/json does it.
func (m *Map[K, V]) UnmarshalJSON(data []byte) error { return m.DecodeJSON(data, JSONOptions{}) }

// decodeInto sets in the map what it decodes.
func (m *Map[K, V]) decodeInto(d *decoder) error {
	read := new(Map[K, V]) // of its own: m must not change when the text turns out to be broken at its end
	err := decode[K, V](d, read)
	if err == nil || isMismatch(err) {
		m.take(read)
	}
	return err
}

// isMismatch reports whether err is about a value of the wrong type, in a text that is valid.
func isMismatch(err error) bool {
	var mismatch *json.UnmarshalTypeError
	return errors.As(err, &mismatch)
}

// take sets in m all that read has, which is useless then.
func (m *Map[K, V]) take(read *Map[K, V]) {
	if m.Len() == 0 {
		m.adopt(read)
	} else {
		m.SetAll(read.All())
	}
}

// members is a map as the decoder sees it.
type members[K comparable, V any] interface {
	Set(key K, value V) (old V, added bool)
	GetOrSet(key K, value V) (actual V, loaded bool)
}

// decode reads a whole document into a map that is empty. A type error comes with all that could be read.
func decode[K comparable, V any](d *decoder, read members[K, V]) error {
	switch d.space(); {
	case d.peek() == '{':
		keyOf, err := keyReader[K]()
		if err != nil {
			return err
		}
		var mismatch error
		err = d.object(func(name string) error {
			key, err := keyOf(name)
			var value V
			if err != nil { // the value still has to be valid
				_, err2 := d.value(false)
				mismatch = first(mismatch, err)
				return err2
			}
			if err := decodeValue(d, &value); err != nil {
				if !isMismatch(err) {
					return err
				}
				mismatch = first(mismatch, fmt.Errorf("orderedmap: value of %q: %w", name, err))
			}
			return setMember(d, read, key, value)
		})
		return first(first(err, d.end()), mismatch)
	default:
		start := d.at
		found := map[byte]string{'[': "array", '"': "string", 't': "bool", 'f': "bool", 'n': "null"}[d.peek()]
		if _, err := d.value(false); err != nil {
			return err
		}
		if err := d.end(); err != nil || found == "null" {
			return err
		}
		if found == "" {
			found = "number"
		}
		return &json.UnmarshalTypeError{Value: found, Type: reflect.TypeOf(read).Elem(), Offset: int64(start)}
	}
}

// setMember gives key the value that one member of an object has, the decoder being at its end.
func setMember[K comparable, V any](d *decoder, m members[K, V], key K, value V) error {
	switch d.duplicates {
	case LastWins:
		m.Set(key, value)
	default:
		if _, twice := m.GetOrSet(key, value); twice && d.duplicates == RefuseDuplicates {
			return fmt.Errorf("orderedmap: JSON before offset %d: a second member of the key %v", d.at, key)
		}
	}
	return nil
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// decodeValue reads the next value into v.
func decodeValue[V any](d *decoder, v *V) error {
	start := d.at
	switch v := any(v).(type) { // the commonest types without reflection, where the text is of their kind
	case *any:
		var err error
		*v, err = d.value(true)
		return err
	case *string:
		if d.peek() == '"' {
			var err error
			*v, err = d.text(true)
			return err
		}
	case *int:
		if n, ok := d.integer(); ok {
			*v = n
			return nil
		}
	case *float64:
		if c := d.peek(); c == '-' || '0' <= c && c <= '9' {
			text, err := d.number()
			if err != nil {
				return err
			}
			if *v, err = strconv.ParseFloat(string(text), 64); err == nil {
				return nil
			}
			d.at = start // out of range: for encoding/json to say
		}
	}
	if _, err := d.value(false); err != nil {
		return err
	}
	return json.Unmarshal(d.data[start:d.at], v)
}

// adopt makes m, which is empty, the map that o is, and o useless. A nil o is an empty one.
func (m *Map[K, V]) adopt(o *Map[K, V]) {
	if o.Len() == 0 {
		return
	}
	m.Clear()
	m.entries, m.head, m.live = o.entries, o.head, o.live
	m.slots, m.shift = o.slots, o.shift
	m.keys = o.keys
	m.check()
}
