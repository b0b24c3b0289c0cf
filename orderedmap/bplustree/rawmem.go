package bplustree

import "unsafe"

// The package's only unsafe file. A node is allocated as a leaf or as an inner node and referred to as a *node, its
// first field; which of the two it is follows from its level in the tree, and is not stored. Both begin with a head,
// so a search needs to know neither the values' type nor the level to read keys. Each conversion below turns the
// address of a first field back into the address of the struct that was allocated, or into that of another first
// field of it: rule 1 of package unsafe, as the memory behind it is at least as large as what it is read as.

// headOf views a node as what leaves and inner nodes begin with.
func headOf[K any](n *node) *head[K] { return (*head[K])(unsafe.Pointer(n)) }

// leafOf views a node of level 0 as what it was allocated as.
func leafOf[K, V any](n *node) *leaf[K, V] { return (*leaf[K, V])(unsafe.Pointer(n)) }

// innerOf views a node of level 1 or more as what it was allocated as.
func innerOf[K any](n *node) *inner[K] { return (*inner[K])(unsafe.Pointer(n)) }
