// Package goroutine holds the model of a goroutine dump and the parsers that fill it.
package goroutine
