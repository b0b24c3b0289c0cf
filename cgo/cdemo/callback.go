//go:build cgo

package cdemo

// #include <stdlib.h>
// #include "demo.h"
import "C"

// scanRound has C call onRow for every row, as a database driver does.
func scanRound(fixed bool) func() error {
	keep := C.int(0)
	if !fixed {
		keep = 1
	}
	return func() error {
		scanRows(keep)
		return nil
	}
}

//go:noinline
func scanRows(keep C.int) {
	C.each_row(rowsPerRound, keep)
}

// onRow runs on the way C -> Go -> C: between the frames of it and those of scanRows lies a stretch of C stack.
//
//export cdemoOnRow
func cdemoOnRow(keep C.int) {
	onRow(keep != 0)
}

//go:noinline
func onRow(keep bool) {
	row := C.row_new(rowBytes) // WANT: callback
	if !keep {
		C.free(row)
	}
}
