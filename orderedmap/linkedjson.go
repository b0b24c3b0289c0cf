package orderedmap

// MarshalJSON returns the map as a JSON object, its members in the map's order; see Map.MarshalJSON.
func (l *Linked[K, V]) MarshalJSON() ([]byte, error) { return l.EncodeJSON(JSONOptions{}) }

// UnmarshalJSON sets the members of a JSON object, in their order, in the map, which keeps the entries that it had; see
// Map.UnmarshalJSON. Objects inside values of type any become *Map[string, any] here too.
func (l *Linked[K, V]) UnmarshalJSON(data []byte) error { return l.DecodeJSON(data, JSONOptions{}) }

// EncodeJSON is MarshalJSON with options.
func (l *Linked[K, V]) EncodeJSON(o JSONOptions) ([]byte, error) { return encodeJSON(l, o) }

// DecodeJSON is UnmarshalJSON with options; see Map.DecodeJSON.
func (l *Linked[K, V]) DecodeJSON(data []byte, o JSONOptions) error {
	read := new(Linked[K, V]) // of its own, as Map's
	err := decode[K, V](&decoder{data: data, duplicates: o.Duplicates, maxDepth: o.depth()}, read)
	if err == nil || isMismatch(err) {
		l.take(read)
	}
	return err
}

// take sets in l all that read has, which is useless then. Where l is new, and no loop stands in it, that is read's memory.
func (l *Linked[K, V]) take(read *Linked[K, V]) {
	if read.Len() == 0 {
		return
	}
	if l.slots != nil || l.loops.first != nil {
		l.SetAll(read.All())
		return
	}
	l.nodes, l.slots, l.free, l.live = read.nodes, read.slots, read.free, read.live
	l.shift, l.keys = read.shift, read.keys
	l.check()
}

func (l *Linked[K, V]) is(v any) bool {
	_, ok := v.(*Linked[K, V])
	return ok
}

func (l *Linked[K, V]) encode(e *encoder) error {
	if l == nil {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	nameOf, err := beginObject[K](e)
	if err != nil {
		return err
	}
	for key, value := range l.All() {
		if err := encodeMember(e, nameOf, key, value); err != nil {
			return err
		}
	}
	e.leave('}')
	return nil
}
