//go:build !amd64

package orderedmap

func prefetch(*[batch]*byte) {}
