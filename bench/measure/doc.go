// Package measure runs the contenders of a cell against each other and says what the times mean.
//
// # Terminology
//
// A lane is one contender with a map of its own. The first two lanes of every cell are the reference, Go's map, and its
// twin, another such map: what the twin's times differ from the reference's is the error of this machine at this moment,
// the A/A check. A pass is the smallest piece of work that can be timed, a sample some passes under one reading of the
// clock, a round one sample of every lane.
//
//	round 1   openaddr  builtin   twin      chaining       a random order in each round, from the seed
//	round 2   twin      chaining  openaddr  builtin
//	round 3   ...
//
// # Protocol
//
//  1. Warm-up: each lane runs 1, 2, 4, ... passes until they last long enough to be told apart from the clock. This also
//     sizes the batch: as many passes as let the fastest lane's sample last Protocol.Sample, the same for all, unless the
//     slowest would need more than eight times that. Then whole rounds are run and dropped, unless
//     a sample is a single pass.
//  2. Rounds: at least six are kept, the least that an interval at 0.95 can be made from. A cell stops at 6, 9, 13, 19, ...
//     rounds if every ratio is known within Protocol.Narrow. Only the width decides. A cell that outlives its budget stops
//     there, and says so.
//  3. Before each round of a look-up or of an iteration over at most rebuildLen entries, all maps are built anew: the seed of
//     a map's hash and the place of its memory are luck, and luck belongs into the spread, not into the result. Larger maps
//     are built once: their luck averages out over many groups, and building them would take most of the time. Churn goes
//     on with the map it has, after as many steps as it has entries: its steady state is what is asked for.
//  4. The garbage collector stays on, as in every program, but starts level: a full collection runs before each sample that
//     allocates (set, churn) and before each round of those that do not. Look-ups and iterations allocate nothing, and the churn
//     of maps above rebuildLen too little to start a collection on their heap: there, too, it runs before each round.
//     Thread time has in it what the collector makes the measured goroutine do, but not the collector's own threads.
//  5. Before each look-up sample one untimed stretch of look-ups brings the map back into the caches that the lane before
//     has filled with its own.
//  6. Every answer is checked after its sample. A wrong one ends the run: a map that is wrong has no speed.
//
// # Statistics
//
// All of them are golang.org/x/perf/benchmath's, with its assumption AssumeNothing: the median with the interval between
// two order statistics, and the Mann-Whitney U test. A ratio is taken round by round, lane over reference: what slows a
// whole round down cancels. The ratio of the cell is the median of the rounds' ratios, and its interval the order-statistic
// interval of that median. Below 1 is faster than the reference. The ratio of the two minima stands beside it: noise only
// ever adds time, and where the two disagree, the noise was not even.
//
// A ratio is called faster or slower only if its interval excludes 1 and lies clear of the twin's interval: what Go's map
// seems to lose against itself is no gain of another. It is called the same if its interval lies within 5 % of 1. All else
// is inconclusive, and so is every interval whose ends differ by more than half and by more than it is away from 1.
//
// The ratio of a cell is not the quotient of the two medians, and on a busy machine need not be near it: the medians may
// come from rounds of different luck, the rounds' ratios do not.
//
// # What it is not good for
//
// Latency: a sample is a mean over thousands of operations, so a pause of a resize is in it but not seen, except by
// LongestOperations, which keeps a trace of one but compares nothing. Caches: a lane
// comes to a processor warmed by its own look-ups only. Absolute times: they are this machine's, today. Maps in concert:
// each loop has the processor's branch predictor and ports for itself.
package measure
