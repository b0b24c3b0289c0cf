package btree

import "innards/orderedmap/nodesearch"

// A locator follows a key from the root, height levels above the leaves, until it meets it, in a node of some level,
// or comes to the place in a leaf where it belongs. The children taken on the way are the path: six bits for each
// level, those of level 1 lowest.
type locator[K, V any] func(root *node[K, V], height int, key K) (n *node[K, V], i int, path uint64, level int, found bool)

func locateInteger[O nodesearch.Integer, V any](n *node[O, V], level int, key O) (*node[O, V], int, uint64, int, bool) {
	for path := uint64(0); ; level-- {
		i := nodesearch.CountLess(&n.keys, key)
		if i < n.n && n.keys[i] == key {
			return n, i, path, level, true
		}
		if level == 0 {
			return n, i, path, 0, false
		}
		path |= uint64(i) << (indexBits * (level - 1))
		n = n.below.kids[i&maxKeys]
	}
}

func locateFloat[O nodesearch.Float, V any](n *node[O, V], level int, key O) (*node[O, V], int, uint64, int, bool) {
	for path := uint64(0); ; level-- {
		i := nodesearch.CountFloatsLess(&n.keys, key)
		if i < n.n && (n.keys[i] == key || key != key && n.keys[i] != n.keys[i]) {
			return n, i, path, level, true
		}
		if level == 0 {
			return n, i, path, 0, false
		}
		path |= uint64(i) << (indexBits * (level - 1))
		n = n.below.kids[i&maxKeys]
	}
}

func locateString[V any](n *node[string, V], level int, key string) (*node[string, V], int, uint64, int, bool) {
	for path := uint64(0); ; level-- {
		lo, hi := 0, n.n
		for lo < hi {
			if mid := int(uint(lo+hi) >> 1); n.keys[mid&maxKeys] < key {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		if lo < n.n && n.keys[lo] == key {
			return n, lo, path, level, true
		}
		if level == 0 {
			return n, lo, path, 0, false
		}
		path |= uint64(lo) << (indexBits * (level - 1))
		n = n.below.kids[lo&maxKeys]
	}
}

// locateBy returns the locator of a comparator.
func locateBy[K, V any](compare func(a, b K) int) locator[K, V] {
	return func(n *node[K, V], level int, key K) (*node[K, V], int, uint64, int, bool) {
		for path := uint64(0); ; level-- {
			lo, hi := 0, n.n
			for lo < hi {
				mid := int(uint(lo+hi) >> 1)
				c := compare(n.keys[mid&maxKeys], key)
				switch {
				case c == 0:
					return n, mid, path, level, true
				case c < 0:
					lo = mid + 1
				default:
					hi = mid
				}
			}
			if level == 0 {
				return n, lo, path, 0, false
			}
			path |= uint64(lo) << (indexBits * (level - 1))
			n = n.below.kids[lo&maxKeys]
		}
	}
}

// locatorOf returns the locator of an order.
func locatorOf[K, V any](order nodesearch.Order[K]) locator[K, V] {
	switch order.Kind {
	case nodesearch.Int8:
		return native[K](locateInteger[int8, V])
	case nodesearch.Int16:
		return native[K](locateInteger[int16, V])
	case nodesearch.Int32:
		return native[K](locateInteger[int32, V])
	case nodesearch.Int64:
		return native[K](locateInteger[int64, V])
	case nodesearch.Uint8:
		return native[K](locateInteger[uint8, V])
	case nodesearch.Uint16:
		return native[K](locateInteger[uint16, V])
	case nodesearch.Uint32:
		return native[K](locateInteger[uint32, V])
	case nodesearch.Uint64:
		return native[K](locateInteger[uint64, V])
	case nodesearch.Float32:
		return native[K](locateFloat[float32, V])
	case nodesearch.Float64:
		return native[K](locateFloat[float64, V])
	case nodesearch.String:
		return native[K](locateString[V])
	}
	return locateBy[K, V](order.Compare)
}

// native makes a locator for K of the one for its underlying type.
func native[K, O, V any](locate func(*node[O, V], int, O) (*node[O, V], int, uint64, int, bool)) locator[K, V] {
	return nodesearch.As[locator[K, V]](locate)
}

// child is the index that a path takes at a level; the leaves' parents are level 1.
func child(path uint64, level int) int { return int(path>>(indexBits*(level-1))) & maxKeys }

// at returns the node at a level of the path.
func (t *Tree[K, V]) at(path uint64, level int) *node[K, V] {
	n := t.root
	for l := t.height; l > level; l-- {
		n = n.below.kids[child(path, l)]
	}
	return n
}

// A place is where an entry is: entry i of a node, which the path leads to. n is nil where there is none.
type place[K, V any] struct {
	n     *node[K, V]
	i     int
	path  uint64
	level int
}

// edge returns the place of the first entry or of the last below child i of a node on the path.
func (t *Tree[K, V]) edge(n *node[K, V], path uint64, level int, last bool) place[K, V] {
	for ; level > 0; level-- {
		i := 0
		if last {
			i = n.n
		}
		path = path&^(maxKeys<<(indexBits*(level-1))) | uint64(i)<<(indexBits*(level-1))
		n = n.below.kids[i]
	}
	p := place[K, V]{n: n, path: path}
	if last {
		p.i = n.n - 1
	}
	return p
}

// first returns the place of the first entry of the tree, or of the last.
func (t *Tree[K, V]) first(last bool) place[K, V] {
	if t.Len() == 0 {
		return place[K, V]{}
	}
	return t.edge(t.root, 0, t.height, last)
}

// after returns the place after p. Behind an entry of an inner node comes the first one below the child behind it;
// behind the last one of a leaf, the entry at which the path turned right for the first time.
func (t *Tree[K, V]) after(p place[K, V]) place[K, V] {
	if p.level > 0 {
		shift := indexBits * (p.level - 1)
		path := p.path&^(maxKeys<<shift) | uint64(p.i+1)<<shift
		return t.edge(p.n.below.kids[p.i+1], path, p.level-1, false)
	}
	if p.i++; p.i < p.n.n {
		return p
	}
	for level := 1; level <= t.height; level++ {
		if n, i := t.at(p.path, level), child(p.path, level); i < n.n {
			return place[K, V]{n, i, p.path, level}
		}
	}
	return place[K, V]{}
}

// before returns the place before p.
func (t *Tree[K, V]) before(p place[K, V]) place[K, V] {
	if p.level > 0 {
		shift := indexBits * (p.level - 1)
		path := p.path&^(maxKeys<<shift) | uint64(p.i)<<shift
		return t.edge(p.n.below.kids[p.i], path, p.level-1, true)
	}
	if p.i--; p.i >= 0 {
		return p
	}
	for level := 1; level <= t.height; level++ {
		if i := child(p.path, level); i > 0 {
			return place[K, V]{t.at(p.path, level), i - 1, p.path, level}
		}
	}
	return place[K, V]{}
}

// seek returns the place of the first entry whose key is not less than key, or is greater than it.
func (t *Tree[K, V]) seek(key K, greater bool) place[K, V] {
	if t.Len() == 0 {
		return place[K, V]{}
	}
	n, i, path, level, found := t.locate(t.root, t.height, key)
	p := place[K, V]{n, i, path, level}
	if found && greater {
		return t.after(p)
	}
	if !found && i == n.n {
		p.i--
		return t.after(p)
	}
	return p
}

// seekBack returns the place of the last entry whose key is less than key.
func (t *Tree[K, V]) seekBack(key K) place[K, V] {
	if t.Len() == 0 {
		return place[K, V]{}
	}
	n, i, path, level, _ := t.locate(t.root, t.height, key)
	return t.before(place[K, V]{n, i, path, level})
}
