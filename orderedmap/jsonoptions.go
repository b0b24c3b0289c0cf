package orderedmap

import (
	"bytes"
	"encoding/json"
	"sync"
)

// JSONOptions say what DecodeJSON and EncodeJSON do otherwise than UnmarshalJSON and MarshalJSON. The zero value is what
// those do.
type JSONOptions struct {
	Duplicates Duplicates // what becomes of members of the same name
	MaxDepth   int        // how deeply values may be nested, the outermost object counting as one; 0 is encoding/json's 10000
	EscapeHTML bool       // writing: <, > and & as \u003c, \u003e and \u0026, as json.Marshal has them

	_ struct{}
}

// Duplicates says what becomes of members of one object that have the same name, or names of the same key.
type Duplicates uint8

const (
	LastWins         Duplicates = iota // the last value, in the first one's place, as in encoding/json and ECMAScript
	FirstWins                          // the first value; the others are only checked
	RefuseDuplicates                   // an error, as RFC 7493 (I-JSON) has it
)

// DecodeJSON is UnmarshalJSON with options. They hold at every depth for the objects that become maps: the outermost
// one, and all inside values of type any. It sets nothing if it returns an error, other than for a value of the wrong type.
func (m *Map[K, V]) DecodeJSON(data []byte, o JSONOptions) error {
	return m.decodeInto(&decoder{data: data, duplicates: o.Duplicates, maxDepth: o.depth()})
}

// EncodeJSON is MarshalJSON with options.
func (m *Map[K, V]) EncodeJSON(o JSONOptions) ([]byte, error) { return encodeJSON(m, o) }

// drafts are the buffers of encoders that are done, as encoding/json keeps its own: one that has to grow is copied about as
// often as it is written, and ends up to twice as large as the text.
var drafts = sync.Pool{New: func() any { return new([]byte) }}

func encodeJSON(m encodable, o JSONOptions) ([]byte, error) {
	draft := drafts.Get().(*[]byte)
	defer drafts.Put(draft)
	e := encoder{buf: (*draft)[:0], maxDepth: o.depth()}
	err := m.encode(&e)
	*draft = e.buf
	if err != nil {
		return nil, err
	}
	if !o.EscapeHTML {
		return bytes.Clone(e.buf), nil
	}
	var escaped bytes.Buffer
	json.HTMLEscape(&escaped, e.buf)
	return escaped.Bytes(), nil
}

func (o JSONOptions) depth() int {
	if o.MaxDepth == 0 {
		return maxDepth
	}
	return o.MaxDepth
}
