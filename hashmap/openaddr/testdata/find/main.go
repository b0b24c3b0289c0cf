// Command find looks up keys of every kind in openaddr.Maps, for a test that reads its machine code.
package main

import (
	"fmt"

	"innards/hashmap/openaddr"
)

type pair struct{ A, B uint64 }

// padded cannot be hashed as it lies.
type padded struct {
	Small uint8
	_     uint32
	Name  string
	Any   any
}

func main() {
	show(uint64(1), 1)
	show("a", "b")
	show(pair{1, 2}, struct{}{})
	show([3]int16{1}, [40]int{})
	show(0.5, 1)
	show[any](1, 1)
	show(padded{Small: 1}, 1)
}

func show[K comparable, V any](key K, value V) {
	m := openaddr.New[K, V](0)
	m.Set(key, value)
	got, ok := m.Get(key)
	fmt.Println(got, ok)
}
