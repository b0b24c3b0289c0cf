//go:build !amd64

package bplustree

import "innards/orderedmap/nodesearch"

// wideLocatorOf returns nil: there are no such instructions for this processor.
func wideLocatorOf[K any](nodesearch.Kind) locator[K] { return nil }
