// Package bench is the command bench: it compares the data structures of this module with what a user would pick instead.
//
// # How benchmarks lie, and what is done against it here
//
// A benchmark of a map is a few lines, and nearly every way to write them favours somebody.
//
//   - In a row. All samples of one map, then all of the next: when the machine changes its mind in between (a neighbour, a
//     clock frequency, a page cache), the difference goes to the maps. Here every round runs all maps, in an order drawn
//     anew from the seed, and ratios are taken within the round.
//   - Without an error. "1.07 times faster" of one run each is a story. Here each ratio has an interval, and Go's map runs
//     against itself in every cell: the A/A line says what this machine, today, makes of no difference at all. A ratio
//     that does not stand clear of it is marked ~ and counts as inconclusive.
//   - With somebody else's time. On a shared machine much of a slow sample is another process. Where the system has it, the
//     clock here is the processor time of the measuring thread.
//   - Learnt by heart. A thousand look-ups repeated are learnt by the branch predictor, hash, probe and all. Here a pass
//     has at least 65,536, in random order.
//   - By pointer. A string that is asked for with the very pointer it was inserted with compares equal unread. Here the
//     strings to ask for are copies.
//   - Of nothing. A compiler drops what nobody uses, and a map with an off-by-one that misses is faster than one that
//     finds. Here the values found are summed up, and a wrong sum ends the run.
//   - Through an interface. One generic loop over Get and Set costs each operation an indirect call and Go's map a wrapper.
//     Here each adapter has its own loops over the concrete type, and a test reads their machine code.
//   - At a lucky load. A table that doubles is anything from 7/16 to 7/8 full, and nearly empty tables are fast and large.
//     Lengths just past a power of two are left out of the defaults, bytes per entry stand below the times, and --len
//     takes any others. A curve along the load shows the teeth of the saw, and --len sawtooth measures along it.
//   - For as long as one has patience. A cell stops once its ratios are known within 1 % (far from 1, a twentieth of the way
//     there), and not once they differ: who stops at a difference finds one in everything. What is not known by then is
//     inconclusive.
//   - By a method nobody tries. innards bench aa runs the whole of it 200 times on a known answer: Go's map against itself,
//     and against itself with 5 % more to do. It says how often a difference was seen where there is none, and how often that
//     of 5 % was missed, on this machine as it is now.
//   - At a lucky seed. Hash seeds and addresses are drawn once per map. Here maps up to 131,072 entries are built anew in
//     each round, so that luck widens the interval instead of moving the result.
//   - In a lucky process. Where its code lies stays so for the whole run of a program. --forks 3 measures in three, one after
//     the other, and pools their rounds.
//   - Beside the collector. One map's garbage is collected in the next map's sample. Here a full collection precedes each
//     sample that allocates; within it the collector runs as it does in a program.
//   - By choice of work. Misses, growth, deletion and iteration are rows of their own, and the geometric mean over all of
//     them is shown, whoever it favours. It weighs rows alike, which no program does.
//
// # The table of figures
//
// innards bench hashmap (and likewise orderedmap and dynarray), without flags that narrow it, begins with a table of what the structures have to come to
// and what they do come to, on this machine and with this build. GOAMD64=v3 go build, and it is that of the v3 build. The
// whole takes up to ten minutes. With --quick it takes less than one, and leaves out the cells with a million entries: then
// the table says of how many cells its means are.
//
// # Rooms
//
//	workload   keys, look-ups and churn from a seed, the same for all
//	subject    the maps and arrays under test, one adapter each
//	peers      other people's libraries as subjects, in a module of its own
//	foreign    containers of C++, each in a process of its own
//	trial      what the subjects are tried by: races from cells, pauses, weights, instructions, the table of figures
//	callgrind  instructions counted by valgrind
//	measure    rounds, batches, intervals, verdicts, profiles
//	child      this program started again: for valgrind, for cold starts, and for --forks
//	cold       an array that grows in a process that has done nothing before
//	report     table, page, Go benchmark format, JSON, Markdown
//
// # Other languages
//
// Where they can be compiled, containers of C++ stand among the contenders: in full runs the fastest of each family,
// absl::flat_hash_map, absl::btree_map and std::vector, and with --impl also boost::unordered_map, std::unordered_map and
// std::map. Debian has what they need as g++, pkg-config, libabsl-dev and libboost-dev; without it they are left out, and a line
// says so. They have the same keys, turns, clock and checks as all others, but another process and another compiler: package
// foreign says what that means for a ratio.
//
// # Evidence
//
// With --out or --profile the run is kept in a directory: report.html, to look at; report.json, with every sample; bench.txt, which benchstat
// reads; with --profile cpu.pb.gz, labelled by map (impl) and cell, and wall.pb.gz, and of each contender cpu-NAME.pb.gz,
// heap-NAME.pb.gz, and where it waited for anything mutex-NAME.pb.gz and block-NAME.pb.gz. The profilers of the run take
// their part of each time, and the report says so; those of one contender are taken afterwards.
//
// Where something grows (set-grow, append), --profile also does that one operation at a time, afterwards and with a flight recorder
// on, and keeps of each contender longest-NAME.trace: some milliseconds up to the longest operation, the collector's doings among
// them. go tool trace FILE opens it: operations are regions called NAME Set or NAME Append, and the log message longest is at
// the end of the one that it is about. No trace is kept of 150 µs or less: so long do operations take that do nothing.
//
// # A README
//
// innards bench readme README.md RUN... writes the tables of kept runs between marks, <!-- begin: hashmap figures --> and
// <!-- end: hashmap figures -->, and leaves the rest alone.
//
// # Two runs
//
// innards bench --compare OLD NEW, two directories of runs with --out, says what has certainly become slower or faster, and
// exits with 1 if something has become slower. It compares ratios to the reference, since the machine is another from run
// to run, and reckons with the number of comparisons: an alarm in one of twenty such comparisons is what chance may make.
//
// # What it is not good for
//
// Times to quote without the machine. An attacker who knows a map's seed: the hostile keys here are those that break hashes
// without one. Maps shared by goroutines.
package bench
