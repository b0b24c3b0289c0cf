package openaddr

import "innards/hashmap"

// A probingAlarm tells when the probes of a map are longer than chance makes them, and limits how often the map draws a
// new seed because of it.
//
// It is a leaky bucket: each insertion pours in the steps that it took and lets flow out as many as a good hash needs
// at most on average. So chance never fills it, some hundred keys of one home do, and so do many small groups of them
// that each look harmless. An attacker is left with insertions that take the allowance, some dozen steps.
//
// A new seed costs a rehash of all n entries. If it is drawn against an attacker, it helps, and the cost is repaid at
// once. If the hash is hopeless (a Hasher that writes the same for every key), the next insertions find the probes as
// long as before. So the alarm that rang at n entries stays silent for n changes of the map: a rehash in n changes is a
// constant factor for each change, whatever the hash does.
type probingAlarm struct {
	strain int    // in the bucket
	silent uint64 // no new seed up to this version of the map
}

// probingStrain is what the bucket holds.
const probingStrain = 2048

// rings notes the steps of an insertion and reports whether there are too many.
func (a *probingAlarm) rings(steps, allowance, bound int) bool {
	a.strain = max(0, a.strain+steps-allowance)
	return a.strain > probingStrain || steps >= bound
}

// probingReseed draws a new seed into keys, for a rehash, unless one was drawn of late or the seed is a fixed one.
func probingReseed[K any](a *probingAlarm, keys *hashmap.Keyer[K], version uint64, count int) bool {
	a.strain = 0
	if version < a.silent {
		return false
	}
	a.silent = version + uint64(count)
	old := keys.Seed
	keys.Reseed()
	return keys.Seed != old
}
