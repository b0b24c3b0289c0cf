package orderedmap

import "fmt"

// Check holds the cache against its invariants, with or without the build tag.
func (c *Cache[K, V]) Check() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if c != nil {
		c.checkAll()
	}
	return nil
}

// RememberHashes makes an empty cache keep the hashes of its keys, as it does of strings.
func (c *Cache[K, V]) RememberHashes() *Cache[K, V] {
	c.remember = true
	return c
}

// Positions returns the capacity of the array.
func (c *Cache[K, V]) Positions() int { return cap(c.l.nodes) }
