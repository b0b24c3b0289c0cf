// Package executable reads a Go executable on disk: its functions, lines, inlined calls, frame sizes and the layout of
// its image. It needs no DWARF and no symbol table, only what the Go runtime itself cannot do without, so a stripped
// file tells as much as any other.
//
// # Terminology
//
//	pclntab      the runtime's function table: names, extents, and for each function tables keyed by program counter
//	pcsp         how far the stack pointer lies below the return address, at each program counter of a function
//	PCDATA       further tables keyed by program counter; index 2 says which inlined call an instruction belongs to
//	FUNCDATA     data that hang on a whole function; index 3 is the tree of its inlined calls, index 4 its open-coded defers
//	moduledata   the linker's record of the image for the runtime: where code, variables and types begin and end
//	load bias    what the loader adds to every address of a position-independent file; 0 for all others
//
// # Picture
//
//	.go.module ── moduledata ──┬─ text, data, bss … ranges
//	                           └─ pcHeader ─► .gopclntab
//	                                          ├─ names    "main.main\0…"
//	                                          ├─ units    file numbers of a compilation unit
//	                                          ├─ files    "/src/main.go\0…"
//	                                          ├─ tables   value delta, pc delta, value delta, … 0
//	                                          └─ functions  entry, record │ entry, record │ …
//	                                                               └─► name, args, pcsp, pcfile, pcln, PCDATA…, FUNCDATA…
//
// # Operations
//
// [Open] reads the function table and checks it against moduledata. [File.FuncAt] and [File.FuncNamed] find functions,
// [File.Place] and [File.Frames] say what a program counter means in the source, [File.SPDelta] is what unwinding a stack
// takes, [File.PCData] and [File.FuncData] give the raw tables, [File.ReadAt] code and initial data. [File.Origin]
// tells the user's code from dependencies and the standard library by the modules that the build recorded.
// [File.Symbol] and [File.SymbolAt] read the ELF symbol table, the only source for C functions and Go variables.
//
// All addresses are those of the file. The bias of a process is its reader's business.
//
// # Costs
//
// Opening reads the section .gopclntab whole, which is about a fifth of an executable, and decodes none of it. A program
// counter is decoded once and kept, so a reading of many stacks decodes only the few dozen places that they share. The
// ELF symbols, the relocations and the index of names are read when first asked for.
//
// # Limits
//
// Executables for amd64 built by Go 1.20 or later. Plug-ins and shared Go libraries have a moduledata each; only the
// executable's own is read. Names are as the linker writes them: an obfuscated build stays obfuscated.
package executable
