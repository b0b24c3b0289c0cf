package orderedmap

// CacheStats counts what happened in a Cache.
type CacheStats struct {
	Hits, Misses uint64 // by Get, GetOrSet and Compute
	Evictions    uint64 // entries given up for room
	Expirations  uint64 // entries that left because their time was over
	Refusals     uint64 // values that alone cost more than the capacity
}

// HitRatio returns how many of the look-ups were hits, from 0 to 1; 0 if there were none.
func (s CacheStats) HitRatio() float64 {
	if s.Hits == 0 {
		return 0
	}
	return float64(s.Hits) / float64(s.Hits+s.Misses)
}

// Stats returns what was counted since the cache was made, or since ResetStats.
func (c *Cache[K, V]) Stats() CacheStats {
	if c == nil {
		return CacheStats{}
	}
	return c.stats
}

// ResetStats sets the counts to zero.
func (c *Cache[K, V]) ResetStats() { c.stats = CacheStats{} }
