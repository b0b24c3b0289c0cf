// Package holder infers which goroutine holds a lock, and where it took it, from outside the process.
package holder
