package orderedmap

import "strconv"

// A Cause says why a value left a Cache.
type Cause uint8

const (
	// Capacity: the policy gave the entry up to make room, or the value alone costs more than the capacity and was not kept at all.
	Capacity Cause = iota
	// Expired: its time was over, whatever came upon it.
	Expired
	// Replaced: its key was set to another value.
	Replaced
	// Deleted: it was deleted or popped, or the cache was cleared.
	Deleted
)

func (c Cause) String() string {
	names := [...]string{"capacity", "expired", "replaced", "deleted"}
	if int(c) < len(names) {
		return names[c]
	}
	return "Cause(" + strconv.Itoa(int(c)) + ")"
}

type departed[K comparable, V any] struct {
	key   K
	value V
	cause Cause
}

// tell notes for onEvict that the value at position p leaves.
func (c *Cache[K, V]) tell(p int32, cause Cause) {
	if c.onEvict != nil {
		n := &c.l.nodes[p]
		c.queue(n.key, n.value, cause)
	}
}

func (c *Cache[K, V]) queue(key K, value V, cause Cause) {
	if c.onEvict != nil {
		c.gone = append(c.gone, departed[K, V]{key, value, cause})
	}
}

// done ends an operation.
func (c *Cache[K, V]) done() {
	if invariants {
		c.check()
	}
	if len(c.gone) > 0 && !c.telling {
		c.notify()
	}
}

// notify calls onEvict for each value that has left, in turn. onEvict may use the cache: what its own operations remove joins the queue.
// If it panics, the rest of the queue waits for the next operation.
func (c *Cache[K, V]) notify() {
	c.telling = true
	told := 0
	defer func() {
		n := copy(c.gone, c.gone[told:])
		clear(c.gone[n:]) // the queue is kept, what it led to is not
		c.gone, c.telling = c.gone[:n], false
	}()
	for told < len(c.gone) {
		d := c.gone[told]
		told++
		c.onEvict(d.key, d.value, d.cause)
	}
	if cap(c.gone) > 1024 { // Clear, or Resize
		c.gone, told = nil, 0
	}
}
