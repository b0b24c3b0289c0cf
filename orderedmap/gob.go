package orderedmap

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// GobEncode encodes the entries for encoding/gob: all keys in their order, then all values.
func (m *Map[K, V]) GobEncode() ([]byte, error) {
	keys, values := make([]K, 0, m.Len()), make([]V, 0, m.Len())
	for key, value := range m.All() {
		keys, values = append(keys, key), append(values, value)
	}
	var b bytes.Buffer
	e := gob.NewEncoder(&b)
	if err := e.Encode(keys); err != nil {
		return nil, fmt.Errorf("orderedmap: gob of the keys: %w", err)
	}
	if err := e.Encode(values); err != nil {
		return nil, fmt.Errorf("orderedmap: gob of the values: %w", err)
	}
	return b.Bytes(), nil
}

// GobDecode sets the entries of an encoded map, in their order, in the map, which keeps those that it had, as a
// builtin map does.
func (m *Map[K, V]) GobDecode(data []byte) error {
	d := gob.NewDecoder(bytes.NewReader(data))
	var keys []K
	var values []V
	if err := d.Decode(&keys); err != nil {
		return fmt.Errorf("orderedmap: gob of the keys: %w", err)
	}
	if err := d.Decode(&values); err != nil {
		return fmt.Errorf("orderedmap: gob of the values: %w", err)
	}
	if len(keys) != len(values) {
		return fmt.Errorf("orderedmap: gob of %d keys and %d values: not a map's", len(keys), len(values))
	}
	m.Grow(len(keys))
	for i, key := range keys {
		m.Set(key, values[i])
	}
	return nil
}
