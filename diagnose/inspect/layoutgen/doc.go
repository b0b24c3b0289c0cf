// Package main prints what package inspect has to know of one release of Go's runtime: where in the structures of a
// process the fields lie that it reads.
//
//	a program built by that release, with DWARF
//	   |
//	   v
//	executable.Open -> DWARF -> inspect.WriteLayout -> layout_goNNN.go, on standard output
//
// The offsets of a release are those of its own debug information, and nobody types them. A program with DWARF needs no
// table, since inspect measures the process by it; a stripped one has none, and there the table of its release is used.
//
// # When
//
// For each new release of Go, on linux/amd64, in the folder of package inspect:
//
//	GOTOOLCHAIN=go1.25.7 go build -o /tmp/waits ./testdata/waits
//	go run ./layoutgen /tmp/waits > layout_go125.go
//
// and a line in layoutOf, which chooses the table. The tests of inspect compare every table with the debug information
// of the toolchains that are there.
//
// # What it is not good for
//
// A release whose runtime has renamed a structure or changed what a field means: WriteLayout then says which name it
// misses, and the reader itself has to learn the new one.
package main
