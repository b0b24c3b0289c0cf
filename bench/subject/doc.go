// Package subject holds everything under test: one small adapter for each map, all of them behind one interface.
//
// A method of Table is one batch, thousands of operations; the call through the interface is paid once for the batch and
// lies far below what can be measured. Inside the batch stands the loop that a user would write, over the concrete type.
// That is the point of writing it out in each adapter: one loop over an interface with Get and Set would cost an indirect
// call per operation, which hides differences between fast maps, keeps the compiler from inlining those that can be
// inlined, and falls hardest on Go's own map, which has no method to call at all.
//
// The adapters are generic in the key. For Go's map the compiler still picks the access function of the key's type
// (mapaccess2_fast64 and the like), and methods of the other maps are called directly: a type parameter that is not a
// pointer has an instance of its own. A test reads the machine code of the batches and fails on any indirect call. Against
// the same loops written out for each kind of key, over 18 operations on openaddr.Map with 1,000 entries, the ratios were
// 0.96 to 1.03 where the same code against itself gave 0.98 to 1.04 (25 interleaved samples, go1.26.8, a busy machine).
//
// Maps have one Table each, whether they keep an order or not; what only some can do are interfaces of one method beside
// it, and a cell of such an operation has lanes for those that have it. Arrays have a List. dynarray needs cgo: without it
// slices run alone.
//
// Each batch returns what it found, so that nothing of it can be optimised away and a wrong map cannot win: an
// off-by-one that makes look-ups miss is fast.
package subject
