package orderedmap

import "math"

// frequencies are what LFU knows. The ring of entries is ordered by how often they were used, so that those used equally often stand
// together: a bucket. Buckets are a ring too, and a hit takes an entry from the end of its bucket, or from inside it, to the end of
// the next: O(1), where a heap would take O(log n).
//
//	ring       a  b  c     d     e  f
//	buckets    1: last c   2: d  5: last f      a hit on b: a c | d b | e f; one on e: a b c | d | f | e, in a new bucket 6
type frequencies struct {
	buckets []bucket // bucket 0 is where their ring begins and ends; nil before the first entry
	of      []int32  // by position: the entry's bucket; 0 at position 0
	free    int32    // the first bucket not in use, or 0
}

type bucket struct {
	uses       uint32 // 0 in bucket 0 and in free ones
	last       int32  // position of the last entry
	prev, next int32  // next of a free bucket leads to another one
}

// lfuMark returns the position before which a new entry goes: after the others that were used once.
func (c *Cache[K, V]) lfuMark() int32 {
	f := &c.lfu
	if len(f.buckets) == 0 || c.l.live == 0 {
		return 0
	}
	if first := f.buckets[f.buckets[0].next]; first.uses == 1 {
		return c.l.nodes[first.last].next
	}
	return c.l.nodes[0].next
}

// lfuAdd puts the entry at position p, which is where lfuMark said, into the bucket of those used once.
func (c *Cache[K, V]) lfuAdd(p int32) {
	f := &c.lfu
	if len(f.buckets) == 0 {
		f.buckets = make([]bucket, 1, 4)
	}
	b := f.buckets[0].next
	if f.buckets[b].uses != 1 {
		b = f.bucketAfter(0, 1)
	}
	f.of[p], f.buckets[b].last = b, p
}

// lfuTouch takes the entry at position p to the end of the next bucket.
func (c *Cache[K, V]) lfuTouch(p int32) {
	f := &c.lfu
	b := f.of[p]
	from := f.buckets[b]
	to, joins := from.next, true
	if from.uses == math.MaxUint32 { // no count beyond: the order of use decides
		to = b
	} else {
		joins = f.buckets[to].uses == from.uses+1
	}
	if !joins && c.lfuAlone(p) {
		f.buckets[b].uses++
		return
	}
	after := from.last
	if joins {
		after = f.buckets[to].last
	} else {
		to = f.bucketAfter(b, from.uses+1)
	}
	if after != p {
		// What is behind p in its bucket stays there, and so does the bucket.
		mark := c.l.nodes[after].next
		if b != to {
			c.lfuLeave(p)
		}
		c.l.move(p, mark, true)
	} else if b != to {
		c.lfuLeave(p)
	}
	f.of[p], f.buckets[to].last = to, p
}

// lfuAlone reports whether the entry at position p has its bucket to itself.
func (c *Cache[K, V]) lfuAlone(p int32) bool {
	f := &c.lfu
	b := f.of[p]
	return f.buckets[b].last == p && f.of[c.l.nodes[p].prev] != b
}

// lfuLeave takes the entry at position p, which is still in the ring, out of its bucket. An empty bucket goes.
func (c *Cache[K, V]) lfuLeave(p int32) {
	f := &c.lfu
	b := f.of[p]
	gone := &f.buckets[b]
	if gone.last != p {
		return
	}
	if !c.lfuAlone(p) {
		gone.last = c.l.nodes[p].prev
		return
	}
	f.buckets[gone.prev].next = gone.next
	f.buckets[gone.next].prev = gone.prev
	*gone = bucket{next: f.free}
	f.free = b
}

// bucketAfter makes a bucket after another.
func (f *frequencies) bucketAfter(b int32, uses uint32) int32 {
	fresh := f.free
	if fresh != 0 {
		f.free = f.buckets[fresh].next
	} else {
		fresh = int32(len(f.buckets))
		f.buckets = append(f.buckets, bucket{})
	}
	next := f.buckets[b].next
	f.buckets[fresh] = bucket{uses: uses, prev: b, next: next}
	f.buckets[b].next, f.buckets[next].prev = fresh, fresh
	return fresh
}
