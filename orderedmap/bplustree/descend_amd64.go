package bplustree

import "innards/orderedmap/nodesearch"

// A descent is a locator's, without a look at the key that it leads to. The assembler knows where nodes have keys and
// children: see node.go.
//
//go:noescape
func descendInt64(root *node, height int, key int64) (leaf *node, i int, path uint64)

//go:noescape
func descendUint64(root *node, height int, key uint64) (leaf *node, i int, path uint64)

func locateInt64(root *node, height int, key int64) (*node, int, uint64, bool) {
	n, i, path := descendInt64(root, height, key)
	h := headOf[int64](n)
	return n, i, path, i < h.n && h.keys[i] == key
}

func locateUint64(root *node, height int, key uint64) (*node, int, uint64, bool) {
	n, i, path := descendUint64(root, height, key)
	h := headOf[uint64](n)
	return n, i, path, i < h.n && h.keys[i] == key
}

// wideLocatorOf returns the locator of an order for which this processor has instructions that compare eight keys at a
// time, or nil.
func wideLocatorOf[K any](kind nodesearch.Kind) locator[K] {
	if nodesearch.Wide() {
		switch kind {
		case nodesearch.Int64:
			return native[K](locateInt64)
		case nodesearch.Uint64:
			return native[K](locateUint64)
		}
	}
	return nil
}
