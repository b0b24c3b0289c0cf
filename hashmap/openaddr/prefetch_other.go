//go:build !amd64

package openaddr

func prefetch(*[batch]*byte) {}
