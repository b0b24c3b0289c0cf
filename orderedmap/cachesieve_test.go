package orderedmap_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"innards/orderedmap"
)

// What stood at a position before must not speak for what stands there now.
func TestSieveForgetsUseOfDeletedEntry(t *testing.T) {
	c := orderedmap.NewCache[string, int](2, orderedmap.SIEVE, nil)
	c.Set("used", 1)
	_, ok := c.Get("used")
	assert.True(t, ok)
	c.Delete("used")

	c.Set("first", 2) // at the position of "used"
	c.Set("second", 3)
	c.Set("third", 4)

	assert.False(t, c.Contains("first"), "the oldest, which nobody used")
	assert.True(t, c.Contains("second"))
	assert.True(t, c.Contains("third"))
}

// A judge is told of the hits of the entry itself, not of the one that had its position.
func TestJudgeIsToldOfOwnHitsOnly(t *testing.T) {
	told := map[string]int{}
	c := orderedmap.NewCacheFunc(2, func(key string, _ int, hits int) orderedmap.Verdict {
		told[key] = hits
		return orderedmap.Evict
	}, nil)
	c.Set("used", 1)
	c.Get("used")
	c.Delete("used")

	c.Set("first", 2)
	c.Set("second", 3)
	c.Set("third", 4)

	assert.Equal(t, map[string]int{"first": 0}, told)
}
