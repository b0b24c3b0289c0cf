//go:build cgo

package cdemo

// #include "demo.h"
import "C"

import "errors"

// fillTable takes what a program loads once and keeps.
func fillTable() error {
	if C.table_fill(tableRows, tableBytes/tableRows) == 0 {
		return errors.New("cdemo: out of C memory")
	}
	return nil
}

// pool is a bounded set of C buffers, each replaced in turn.
type pool struct {
	buffers [poolBuffers]*C.struct_buffer
	next    int
}

func newPool() *pool { return &pool{} }

// turn replaces four of the buffers, so that the whole pool is renewed every eighth round.
func (p *pool) turn() {
	for range 4 {
		C.buffer_free(p.buffers[p.next])
		p.buffers[p.next] = C.buffer_new(poolBufferBytes)
		p.next = (p.next + 1) % poolBuffers
	}
}
