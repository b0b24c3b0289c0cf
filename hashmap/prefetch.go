package hashmap

// Batch is how many look-ups a map has under way at once in GetMany: their cache misses overlap, whatever the look-ups
// between them mispredict.
const Batch = 32
