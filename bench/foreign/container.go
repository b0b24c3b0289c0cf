package foreign

import (
	"slices"

	"innards/bench/workload"
)

// A Container is a type of a C++ library.
type Container struct {
	Name    string // among the contenders
	Type    string // as C++ has it
	Kind    string // of data structure
	macro   string // by which the source knows it
	debian  string // package that has the library, besides the compiler
	modules []string
	ops     []workload.Op
}

// The operations of each family.
var (
	hashOps = []workload.Op{
		workload.GetHit, workload.GetMiss, workload.GetZipf, workload.SetGrow, workload.SetPresized, workload.Churn, workload.Iterate,
	}
	treeOps = []workload.Op{
		workload.GetHit, workload.SetGrow, workload.Update, workload.Churn, workload.Range, workload.Iterate, workload.Delete, workload.PopFront,
	}
	arrayOps = []workload.Op{workload.Append, workload.InsertMiddle, workload.Sum, workload.Sort}
)

// Hashes returns the hash maps, the fastest first. Boost has an open-addressing map from 1.81 on; Debian 12 has 1.74.
func Hashes() []Container {
	return []Container{
		{"absl-flat_hash_map", "absl::flat_hash_map", "open addressing", "ABSL_FLAT_HASH_MAP", "libabsl-dev", []string{"absl_flat_hash_map"}, hashOps},
		{"boost-unordered_map", "boost::unordered_map", "separate chaining", "BOOST_UNORDERED_MAP", "libboost-dev", nil, hashOps},
		{"std-unordered_map", "std::unordered_map", "separate chaining", "STD_UNORDERED_MAP", "", nil, hashOps},
	}
}

// Trees returns the sorted maps, the fastest first.
func Trees() []Container {
	return []Container{
		{"absl-btree_map", "absl::btree_map", "B-tree", "ABSL_BTREE_MAP", "libabsl-dev", []string{"absl_btree"}, treeOps},
		{"std-map", "std::map", "red-black tree", "STD_MAP", "", nil, treeOps},
	}
}

// Arrays returns the growing arrays.
func Arrays() []Container {
	return []Container{{"std-vector", "std::vector", "array", "STD_VECTOR", "", nil, arrayOps}}
}

// Does says whether the container has an operation.
func (c Container) Does(op workload.Op) bool { return slices.Contains(c.ops, op) }
