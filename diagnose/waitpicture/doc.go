// Package waitpicture draws who waits for whom: the goroutines of a stuck process, thousands of them, as a picture of a few
// boxes.
//
// # Terminology
//
//   - Group: goroutines that are alike: the same stack, state and part in the picture. One goroutine is a group of one.
//   - Object: what is waited for: a lock, a channel, a WaitGroup. Objects that are alike are one object, with a count.
//   - Arrows lead from who waits to the object, and from the object to who holds it.
//   - Knot: goroutines and objects that all wait for one another. They are red.
//
// # Picture
//
//	[3000 goroutines] ──▶ (Mutex a80) ──▶ [goroutine 6]
//	                          ▲                 │
//	                    [goroutine 7] ◀── (Mutex a98)
//
// # Folding
//
// First the knots are found, on all goroutines and objects (Tarjan's strongly connected components): folding first would
// close cycles where there are none, as with goroutines in a row that each wait for the next. Then everyone gets a colour,
// made of stack, state and knot, and the colours are refined: a goroutine's by those of its objects, an object's by those of the
// goroutines around it, three times. Who has the same colour then is one box. So five thousand goroutines that queue for one
// lock are one group, and a thousand deadlocks of two goroutines each are one deadlock, drawn once. In a small knot each
// member keeps a box of its own, or three philosophers with one stack would be one who waits for himself.
//
// # Layout
//
// A knot is laid out in two rows, along its cycle: to the right above, to the left below. Others stand to the left, in
// columns by how many arrows they are away. No solver, no crossings minimised beyond the order of a column by that of its
// targets: the pictures have a few dozen boxes.
//
// # Costs
//
// Folding and drawing 5,000 goroutines takes some tens of milliseconds (BenchmarkFold); the picture has a few kilobytes,
// whatever was folded into it.
//
// # What it is not good for
//
// Goroutines that wait for nothing that was seen (input, timers) have no arrows: they are listed, not drawn.
package waitpicture
