//go:build !amd64

package nodesearch

// CountWordsLess is CountLess for words.
func CountWordsLess(words *[Width]uint64, word uint64) int { return CountLess(words, word) }
