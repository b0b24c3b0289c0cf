package nodesearch

// Width is the number of key slots of a node. The kernels below are unrolled for it.
const Width = 64

// CountLess returns how many of the keys are less than key: where key is, or belongs. All Width slots take part, so
// that no branch depends on how full the node is; the unused ones hold the largest value of the type and are never
// counted. Seven samples choose one of eight groups, eight comparisons the place in it: fifteen comparisons, no
// branch to mispredict, and two rounds of loads, those of a round independent of each other. A binary search makes
// six comparisons, and mispredicts three.
func CountLess[O Integer](k *[Width]O, key O) int {
	g := 8 * (lt(k[7], key) + lt(k[15], key) + lt(k[23], key) + lt(k[31], key) +
		lt(k[39], key) + lt(k[47], key) + lt(k[55], key))
	s := (*[8]O)(k[g : g+8])
	return g + lt(s[0], key) + lt(s[1], key) + lt(s[2], key) + lt(s[3], key) +
		lt(s[4], key) + lt(s[5], key) + lt(s[6], key) + lt(s[7], key)
}

// CountNotGreater returns how many of the keys are less than or equal to key. Unused slots are counted if key is the
// largest value of the type.
func CountNotGreater[O Integer](k *[Width]O, key O) int {
	g := 8 * (le(k[7], key) + le(k[15], key) + le(k[23], key) + le(k[31], key) +
		le(k[39], key) + le(k[47], key) + le(k[55], key))
	s := (*[8]O)(k[g : g+8])
	return g + le(s[0], key) + le(s[1], key) + le(s[2], key) + le(s[3], key) +
		le(s[4], key) + le(s[5], key) + le(s[6], key) + le(s[7], key)
}

// CountFloatsLess is CountLess in the order of cmp.Compare, which puts NaN first: !(k >= key) holds for a NaN among
// the keys. Nothing is less than a key that is NaN.
func CountFloatsLess[O Float](k *[Width]O, key O) int {
	if key != key {
		return 0
	}
	g := 8 * (7 - ge(k[7], key) - ge(k[15], key) - ge(k[23], key) - ge(k[31], key) -
		ge(k[39], key) - ge(k[47], key) - ge(k[55], key))
	s := (*[8]O)(k[g : g+8])
	return g + 8 - ge(s[0], key) - ge(s[1], key) - ge(s[2], key) - ge(s[3], key) -
		ge(s[4], key) - ge(s[5], key) - ge(s[6], key) - ge(s[7], key)
}

// CountFloatsNotGreater is CountNotGreater in the order of cmp.Compare.
func CountFloatsNotGreater[O Float](k *[Width]O, key O) int {
	if key != key {
		n := 0
		for n < Width && k[n] != k[n] {
			n++
		}
		return n
	}
	g := 8 * (7 - gt(k[7], key) - gt(k[15], key) - gt(k[23], key) - gt(k[31], key) -
		gt(k[39], key) - gt(k[47], key) - gt(k[55], key))
	s := (*[8]O)(k[g : g+8])
	return g + 8 - gt(s[0], key) - gt(s[1], key) - gt(s[2], key) - gt(s[3], key) -
		gt(s[4], key) - gt(s[5], key) - gt(s[6], key) - gt(s[7], key)
}

// The comparisons below are compiled to a SETcc each, and not to a branch. They are generic, though a bool would do as
// a parameter: a generic kernel is compiled in the package that uses the tree, and a plain function of this package
// would not be inlined there.

func lt[O Integer | Float](a, b O) int {
	if a < b {
		return 1
	}
	return 0
}

func le[O Integer | Float](a, b O) int {
	if a <= b {
		return 1
	}
	return 0
}

func gt[O Integer | Float](a, b O) int {
	if a > b {
		return 1
	}
	return 0
}

func ge[O Integer | Float](a, b O) int {
	if a >= b {
		return 1
	}
	return 0
}
