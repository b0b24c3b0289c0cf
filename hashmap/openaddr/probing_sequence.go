package openaddr

// Probe names a probe sequence: the order in which Probing looks at slots.
type Probe uint8

const (
	Linear     Probe = iota // the next slot, and the next
	Quadratic               // strides of 1, 2, 3, ...
	DoubleHash              // one stride for each hash
	Perturb                 // CPython's: all bits of the hash come into play, one after the other
)

func (p Probe) String() string {
	if p > Perturb {
		return "no probe sequence"
	}
	return [...]string{"linear", "quadratic", "double hash", "perturb"}[p]
}

// A probingRule makes the four sequences one recurrence, in which the choice is four numbers and not a branch in every
// step:
//
//	perturb >>= 5;  i = factor*i + perturb + stride;  stride += growth
//
//	             factor  stride at first  growth  perturb at first
//	Linear          1          1             0          0
//	Quadratic       1          1             1          0
//	DoubleHash      1     hash>>32 | 1       0          0
//	Perturb         5          1             0         hash
type probingRule struct {
	factor  uint64
	growth  uint64
	strides uint64 // the bits of hash>>32 that go into the stride
	perturb uint64 // the bits of the hash that perturb

	// For the alarm: the steps over full slots that insertions may take on average, and those that one may.
	allowance, bound int
}

// ruleOf returns the rule of a probe sequence. The bounds are what a good hash does not reach in a table three quarters
// full: the longest probes of Linear grow with the logarithm of the size over (1-load)^2, and 786,000 entries took up
// to 168 steps; each step of the others ends at an empty slot once in four times, more or less, and the same entries
// took 35 to 50. On average, insertions at that load took 7.1 steps with Linear and 2.8 to 3.5 with the others.
func ruleOf(p Probe) probingRule {
	rule := probingRule{factor: 1, allowance: 12, bound: 256}
	switch p {
	case Linear:
		rule.allowance, rule.bound = 24, 1024
	case Quadratic:
		rule.growth = 1
	case DoubleHash:
		rule.strides = ^uint64(0)
	case Perturb:
		rule.factor, rule.perturb = perturbFactor, ^uint64(0)
	}
	return rule
}

// probingPath is a place on a probe sequence.
type probingPath struct {
	i, stride, perturb uint64
}

// start is the place before the first step. i is not masked yet. The low half of a hash of a word carries less than
// the high one does (see hashmap.Keyer.HashWord), so the home is made of both.
func (r *probingRule) start(h uint64) probingPath {
	return probingPath{i: h ^ h>>32, stride: h>>32&r.strides | 1, perturb: h & r.perturb}
}

// step goes on to the next place.
func (r *probingRule) step(p *probingPath) {
	p.perturb >>= perturbShift
	p.i = r.factor*p.i + p.perturb + p.stride
	p.stride += r.growth
}

// probingTag is the tag of a hash: high bits, as the home takes the low ones.
func probingTag(h uint64) uint8 { return uint8(h>>57) | probingFull }
