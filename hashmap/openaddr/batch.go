package openaddr

// GetMany looks up keys[i] into values[i] and found[i] for all i, and returns how many are there. values and found
// must be as long as keys; either may be nil if it is not wanted. An absent key gives the zero value.
func (m *Map[K, V]) GetMany(keys []K, values []V, found []bool) int {
	if values != nil && len(values) < len(keys) || found != nil && len(found) < len(keys) {
		panic("openaddr: GetMany: results shorter than keys")
	}
	n := 0
	for i, key := range keys {
		value, ok := m.Get(key)
		if values != nil {
			values[i] = value
		}
		if found != nil {
			found[i] = ok
		}
		if ok {
			n++
		}
	}
	return n
}
