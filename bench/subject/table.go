package subject

// A Table is one map of K to uint64 under test. Each method but Len is one batch, timed as a whole.
type Table[K comparable] interface {
	// New replaces the map by an empty one with room for capacity entries; 0 is a map that was told nothing.
	New(capacity int)
	// Set gives keys[i] the value first+i.
	Set(keys []K, first uint64)
	// Get looks every key up, and counts those found and adds their values up.
	Get(keys []K) (sum uint64, found int)
	// Churn deletes dead[i], then gives fresh[i] the value first+i, for each i.
	Churn(dead, fresh []K, first uint64)
	// Iterate visits every entry, and counts them and adds their values up.
	Iterate() (sum uint64, entries int)
	Len() int
}

// A Batcher is a Table that can look many keys up in one call.
type Batcher[K comparable] interface {
	// GetMany does what Get does, Batch keys to a call.
	GetMany(keys []K) (sum uint64, found int)
}

// Batch is how many keys one call of GetMany looks up.
const Batch = 1000

// A Deleter is a Table that deletes without inserting.
type Deleter[K comparable] interface{ Delete(keys []K) }

// A Shrinker is a Table that gives memory back when asked.
type Shrinker interface{ Shrink() }

// A Contender makes tables of one kind.
type Contender[K comparable] struct {
	Name string
	New  func() Table[K]
}

// Reference is the name of the contender that all others are compared with.
const Reference = "builtin"
