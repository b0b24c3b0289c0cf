// Package hashmap is what the hash maps below it share.
package hashmap
