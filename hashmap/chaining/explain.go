package chaining

import (
	"fmt"

	"innards/hashmap"
	"innards/hashmap/explain"
)

// What `innards explain` asks of the map: its layout, and the looks of a look-up. Both only read, and take each decision with
// the functions that find takes it with. No operation knows of them.

// NewSeeded returns an empty Map whose hash has the seed given: for explanations that can be repeated, never for keys from
// outside.
func NewSeeded[K comparable, V any](seed hashmap.Seed) *Map[K, V] {
	keys := hashmap.NewKeyer[K]()
	keys.Seed = seed
	return construct[K, V](0, keys)
}

func bucketID(bucket uint32) string        { return fmt.Sprintf("bucket %d", bucket) }
func entryID(bucket uint32, at int) string { return fmt.Sprintf("bucket %d entry %d", bucket, at) }
func blockNote(block int, tag uint64) string {
	if block == 0 {
		return fmt.Sprintf("%02x", tag)
	}
	return fmt.Sprintf("%02x #%d", tag, block)
}

// Layout describes the directory: a row for each bucket, with the cells of its chain.
func (m *Map[K, V]) Layout() explain.Layout {
	l := explain.Layout{Shape: "no memory", Rule: "the first Set takes one bucket"}
	if m == nil || m.limit == 0 {
		return l
	}
	l.Secret = m.keys.Seed.A
	l.Entries = m.count
	l.Shape = fmt.Sprintf("%d buckets", m.buckets.n)
	if m.buckets.n == 1 {
		l.Shape = "1 bucket"
	}
	l.Fill = fmt.Sprintf("%d of at most %d entries", m.count, m.limit)
	l.Rule = "above three entries a bucket, one more bucket takes its share of the next in turn"
	for bucket := range m.buckets.n {
		row := explain.Row{ID: bucketID(bucket), Name: bucketID(bucket)}
		at := 0
		for b, block := m.buckets.at(bucket), 0; ; block++ {
			n := entries(b.ctrl)
			for i := range n {
				row.Cells = append(row.Cells, explain.Cell{ID: entryID(bucket, at), State: explain.Full,
					Key: fmt.Sprint(m.slab.at(b.refs[i]).key), Note: blockNote(block, tagAt(b.ctrl, i))})
				at++
			}
			if !linked(b.ctrl) {
				for ; n < blockRefs; n++ {
					row.Cells = append(row.Cells, explain.Cell{ID: entryID(bucket, at), State: explain.Empty})
					at++
				}
				break
			}
			row.Note = fmt.Sprintf("blocks to #%d, filter %08b", block+1, m.buckets.at(bucket).ctrl>>filterAt&0xff)
			b = m.more.at(b.refs[lastRef])
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// Trace tells what find does for key.
func (m *Map[K, V]) Trace(key K) (t explain.Trace) {
	if m == nil || m.limit == 0 {
		t.Look("the directory has no memory yet: the key is absent")
		return t
	}
	h := m.keys.Hash(key)
	bucket := m.buckets.bucketOf(uint32(h >> 32))
	t.Hash = h
	t.Cut = fmt.Sprintf("bucket %d of %d, tag %02x", bucket, m.buckets.n, tagOf(h))
	at := 0
	for b, block := m.buckets.home(h), 0; ; block++ {
		w := b.ctrl
		here := bucketID(bucket)
		if block > 0 {
			here += fmt.Sprintf(", block %d", block)
		}
		for match := matchTag(w, h); match != 0; match &= match - 1 {
			i := firstMatch(match)
			id, other := entryID(bucket, at+i), m.slab.at(b.ref(i)).key
			if m.keys.Equal(other, key) {
				t.Found, t.At = true, id
				t.Look(fmt.Sprintf("%s: tag %02x, and the key of its node is %v: found", here, tagOf(h), key), id)
				return t
			}
			t.Look(fmt.Sprintf("%s: tag %02x too, but the key of its node is %v", here, tagOf(h), other), id)
		}
		if w&filterBit(h) == 0 {
			say := "and the chain ends"
			if linked(w) {
				say = "and the filter says that none such follows"
			}
			t.Look(fmt.Sprintf("%s: no other of %d tags agrees, %s: the key is absent", here, entries(w), say), bucketID(bucket))
			return t
		}
		t.Look(fmt.Sprintf("%s: no other of %d tags agrees, but the filter says that one like it follows: on", here, entries(w)), bucketID(bucket))
		at += entries(w)
		b = m.more.at(b.refs[lastRef])
	}
}
