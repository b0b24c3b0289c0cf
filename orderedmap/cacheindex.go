package orderedmap

// seek returns the position of key, or 0. It is Linked.find for who does not need the slot.
func (l *Linked[K, V]) seek(h uint32, key K) int32 {
	_, p := l.find(h, key)
	return p
}
