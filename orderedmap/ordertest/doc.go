// Package ordertest holds the laws of order: what every map that keeps the order in which keys were set
// must do, whatever it is made of. Tests run it on such a map:
//
//	func TestLaws(t *testing.T) {
//		ordertest.Run(t, func(capacity int) *orderedmap.Map[int, int] { return orderedmap.New[int, int](capacity) })
//	}
//
// # How it judges
//
// The judge is a model too simple to be wrong: a slice of pairs in order, searched from end to end, in
// which deleted pairs stay behind as marks until no loop runs (model.go). So "the place where the entry
// was" is plain to see for the model, which is the part of the contract that fast maps get wrong.
//
//   - Exhaustive: every map of up to six entries, in every loop direction, with every change at every step
//     to every entry (laws.go).
//   - Random: streams of operations, many of them inside loops, checked one by one (stream.go). A failing
//     stream is cut down to one of which no operation can be left out, and that is what the test prints.
//   - Fuzzed: Decode turns bytes into a stream, so a fuzz target needs three lines.
package ordertest
