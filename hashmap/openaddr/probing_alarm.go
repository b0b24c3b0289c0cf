package openaddr

import "innards/hashmap"

// A probingAlarm limits how often a map draws a new seed because its probes are long.
//
// A new seed costs a rehash of all n entries. If it is drawn against an attacker, it helps, and the cost is repaid at
// once. If the hash is hopeless (a Hasher that writes the same for every key), the next insertion finds the probes as
// long as before. So the alarm that rang at n entries stays silent for n changes of the map: a rehash in n changes is a
// constant factor for each change, whatever the hash does.
type probingAlarm struct {
	silent uint64 // up to this version of the map
}

// allows reports whether the map may draw a new seed, and if so counts it as done.
func (a *probingAlarm) allows(version uint64, count int) bool {
	if version < a.silent {
		return false
	}
	a.silent = version + uint64(count)
	return true
}

// probingReseed draws a new seed, for a rehash. It reports false for a fixed one, which stays.
func probingReseed[K any](keys *hashmap.Keyer[K]) bool {
	old := keys.Seed
	keys.Reseed()
	return keys.Seed != old
}
