//go:build goexperiment.jsonv2

package orderedmap

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"iter"
)

// Under GOEXPERIMENT=jsonv2 both packages, encoding/json and encoding/json/v2, prefer these methods to MarshalJSON and
// UnmarshalJSON. They pass the members on one by one, so that the caller's options reach the values.

// MarshalJSONTo writes the map as MarshalJSON does, its values with the options of the encoder.
func (m *Map[K, V]) MarshalJSONTo(e *jsontext.Encoder) error {
	if m == nil {
		return e.WriteToken(jsontext.Null)
	}
	return marshalTo(e, m.All())
}

// MarshalJSONTo is Map.MarshalJSONTo.
func (l *Linked[K, V]) MarshalJSONTo(e *jsontext.Encoder) error {
	if l == nil {
		return e.WriteToken(jsontext.Null)
	}
	return marshalTo(e, l.All())
}

func marshalTo[K comparable, V any](e *jsontext.Encoder, all iter.Seq2[K, V]) error {
	nameOf, err := keyWriter[K]()
	if err != nil {
		return err
	}
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for key, value := range all {
		name, err := nameOf(key)
		if err != nil {
			return fmt.Errorf("orderedmap: name of key %v: %w", key, err)
		}
		if err := e.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(e, &value); err != nil {
			return err
		}
	}
	return e.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom reads a map as UnmarshalJSON does, its values with the options of the decoder, unless V is any: then
// objects become maps of this package. Whether names may occur twice is the decoder's to say; if so, the last value
// wins. The first error ends it, and then the map is as it was.
func (m *Map[K, V]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' || isAny[V]() {
		return unmarshalText(d, m.UnmarshalJSON)
	}
	read := new(Map[K, V])
	if err := unmarshalFrom[K, V](d, read); err != nil {
		return err
	}
	m.take(read)
	return nil
}

// UnmarshalJSONFrom is Map.UnmarshalJSONFrom.
func (l *Linked[K, V]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' || isAny[V]() {
		return unmarshalText(d, l.UnmarshalJSON)
	}
	read := new(Linked[K, V])
	if err := unmarshalFrom[K, V](d, read); err != nil {
		return err
	}
	l.take(read)
	return nil
}

func unmarshalText(d *jsontext.Decoder, unmarshal func(text []byte) error) error {
	text, err := d.ReadValue()
	if err != nil {
		return err
	}
	return unmarshal(text)
}

// unmarshalFrom reads an object into a map that is empty.
func unmarshalFrom[K comparable, V any](d *jsontext.Decoder, read members[K, V]) error {
	keyOf, err := keyReader[K]()
	if err != nil {
		return errors.Join(err, d.SkipValue())
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		key, err := keyOf(name.String())
		if err != nil {
			return err
		}
		var value V
		if err := json.UnmarshalDecode(d, &value); err != nil {
			return err
		}
		read.Set(key, value)
	}
	_, err = d.ReadToken()
	return err
}

func isAny[V any]() bool {
	_, ok := any((*V)(nil)).(*any)
	return ok
}
