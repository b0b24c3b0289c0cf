package chaining

import (
	"strings"
	"testing"

	"innards/hashmap"
)

// Nothing but the first chunk is ever copied: nodes beyond it stay where they are while the map grows.
func TestNodesStay(t *testing.T) {
	m := New[int, int](0)
	for i := range 3 * chunkNodes {
		m.Set(i, i)
	}
	places := make([]*node[int, int], 3*chunkNodes)
	for i := chunkNodes; i < len(places); i++ {
		places[i], _, _, _ = m.find(i)
	}
	for i := len(places); i < 20*chunkNodes; i++ {
		m.Set(i, i)
	}
	for i := chunkNodes; i < len(places); i++ {
		if n, _, _, _ := m.find(i); n != places[i] {
			t.Fatalf("node of key %d moved", i)
		}
	}
}

// One bucket more for each entry, and each hash in the one bucket that its low bits say.
func TestDirectoryGrowsEvenly(t *testing.T) {
	d := directory{n: 1}
	for n := uint32(2); n < 3*segmentBlocks; n++ {
		added, split := d.extend()
		if added != n-1 || d.n != n || split >= added {
			t.Fatalf("extension %d: bucket %d of %d, split off %d", n, added, d.n, split)
		}
		for _, h := range []uint32{0, n - 1, n, 2*n + 1, 1<<31 | n*7919, ^uint32(0)} {
			b := d.bucketOf(h)
			bits := uint32(1)
			for bits <= b {
				bits *= 2
			}
			if b >= n || h&(bits-1) != b {
				t.Fatalf("%d buckets: hash %#x falls into %d", n, h, b)
			}
		}
	}
}

func TestMemoryGrowsEvenly(t *testing.T) {
	m := New[uint64, uint64](0)
	for i := range 200_000 {
		m.Set(uint64(i), 0)
		if i < 100_000 || i%1000 != 0 {
			continue
		}
		if per := float64(m.Stats().Bytes) / float64(i+1); per > 30 {
			t.Fatalf("%d entries take %.1f bytes each", i+1, per)
		}
	}
	for i := range 199_000 {
		m.Delete(uint64(i))
	}
	m.Shrink()
	if per := float64(m.Stats().Bytes) / 1000; per > 34 {
		t.Errorf("after deletions and Shrink, 1000 entries take %.1f bytes each", per)
	}
}

// The check itself must see each invariant broken.
func TestVerifySeesFaults(t *testing.T) {
	for want, damage := range map[string]func(m *Map[int, *int]){
		"invariant 1": func(m *Map[int, *int]) { m.count++ },
		"invariant 2": func(m *Map[int, *int]) { m.slab.at(5).key++ },
		"invariant 3": func(m *Map[int, *int]) { m.buckets.at(0).ctrl ^= 1 << 60 },
		"invariant 4": func(m *Map[int, *int]) { m.buckets.mask = 1<<20 - 1 },
		"invariant 5": func(m *Map[int, *int]) { m.Delete(5); m.slab.at(5).value = new(int) },
		"invariant 6": func(m *Map[int, *int]) { m.keys = hashmap.Keyer[int]{} },
	} {
		m := New[int, *int](0)
		for i := range 100 {
			m.Set(i, nil)
		}
		if err := m.verify(); err != nil {
			t.Fatal(err)
		}
		if damage(m); m.verify() == nil || !strings.Contains(m.verify().Error(), want) {
			t.Errorf("%s broken, verify says %v", want, m.verify())
		}
	}
}
