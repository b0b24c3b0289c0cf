// Package inspect reads the goroutines of another process from outside.
package inspect
