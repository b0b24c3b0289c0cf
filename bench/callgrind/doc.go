// Package callgrind marks the stretch of a program whose instructions valgrind's tool of that name is to count.
//
// A count does not depend on what else the machine does, which no clock can say. The program asks valgrind with the
// client requests of callgrind.h: a sequence of instructions that does nothing on a real processor and that valgrind
// recognises while it translates. So no symbol table is needed, the counting begins and ends on the very call, and with
// --instr-atstart=no everything before it, the making of the map above all, runs untraced.
//
// What is counted is what a processor of the kind that valgrind simulates would execute: code that asks the processor
// for its abilities may take another path than outside. Instructions are not time: a miss of the caches counts as one.
package callgrind
