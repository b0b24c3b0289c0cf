//go:build cgo

package diagnose

// withCgo tells whether the demos in C are part of this program.
const withCgo = true
