// Package chaining holds a hash map with separate chaining.
package chaining
