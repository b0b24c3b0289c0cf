package dynarray

// mapFrom is the size in bytes from which an array's memory is a mapping of its own. Below, a system call and whole
// pages would cost more than copying does; a process may have 65530 mappings, and 2 MiB is the least that a huge page
// makes sense for. Measured in NOTES.md.
const mapFrom = 1 << 20

// resize makes room for so many bytes or more, and keeps the first used ones. If it fails the block is as it was. Of a
// mapping for more than needed, bytes may be less than its span: what has pages, beyond need; the rest comes step by step.
func (b *block) resize(bytes, need, used uintptr) error {
	if b.store != nil {
		return b.store.resize(b, bytes, used)
	}
	switch {
	case bytes == 0:
		return b.free(0)
	case b.span == 0 && (bytes < mapFrom || !mappings):
		return b.reallocate(bytes)
	case b.span == 0:
		m := freed.take(bytes)
		switch {
		case m.address == 0:
			m.address, m.span = mapAligned(bytes)
		case b.pages != HugeAuto:
			advise(m.address, 0, m.span, b.pages)
		}
		if m.address == 0 { // perhaps there are too many mappings already
			return b.reallocate(bytes)
		}
		ready := b.prepare(m, bytes, need)
		move(m.address, b.address, used)
		heapFree(b.address, uintptr(b.bytes))
		b.own(m.address, m.span, ready)
	case bytes < mapFrom/2: // and not below mapFrom: an array about that large would move to and fro
		address := heapResize(0, 0, bytes)
		if address == 0 {
			return errNoMemory
		}
		move(address, b.address, used)
		freed.put(mapped{b.address, b.span, b.touched})
		b.address, b.span, b.touched = address, 0, 0
		b.account(int64(bytes))
	case bytes <= uintptr(b.bytes):
		span := mapShrink(b.address, b.span, bytes)
		b.own(b.address, span, span)
	default:
		address, span := b.address, b.span
		if bytes > span {
			if address, span = mapGrow(address, span, bytes); address == 0 {
				return errNoMemory
			}
		}
		b.own(address, span, b.prepare(mapped{address, span, uintptr(b.bytes)}, bytes, need))
	}
	return nil
}

// prepare sees to the pages of a mapping and returns how much of it the array is to have now. All of it, if no more was asked
// for than is needed: how much of that will be written, and in which order, nobody knows. Else it is being appended to.
func (b *block) prepare(m mapped, bytes, need uintptr) uintptr {
	switch {
	case need <= m.touched:
		return m.touched
	case bytes > need:
		return mapAhead(m, need, b.pages)
	}
	advise(m.address, m.touched, m.span, b.pages)
	return m.span
}

// reallocate is resize for a small block.
func (b *block) reallocate(bytes uintptr) error {
	address := heapResize(b.address, uintptr(b.bytes), bytes)
	if address == 0 {
		return errNoMemory
	}
	b.address = address
	b.account(int64(bytes))
	return nil
}

// own notes that the block's memory is a mapping, of which so many bytes are ready.
func (b *block) own(address, span, ready uintptr) {
	b.address, b.span, b.touched = address, span, ready
	b.account(int64(ready))
}

// free gives a block's memory back, the first used bytes of which are elements.
func (b *block) free(used uintptr) error {
	var err error
	switch {
	case b.store != nil:
		err = b.store.free(b, used)
	case b.span != 0:
		freed.put(mapped{b.address, b.span, max(b.touched, used)})
	case b.address != 0:
		heapFree(b.address, uintptr(b.bytes))
	}
	b.address, b.span, b.touched = 0, 0, 0
	b.account(0)
	return err
}

// adopted is memory that was made by others.
type adopted struct{ release func() }

// resize moves the elements to memory of our own.
func (s *adopted) resize(b *block, bytes, used uintptr) error {
	if bytes <= uintptr(b.bytes) && bytes > 0 {
		return nil // it cannot be given back in part
	}
	own := block{site: b.site, pages: b.pages, growth: b.growth, viewed: b.viewed, busy: b.busy}
	if bytes > 0 {
		if err := own.resize(bytes, bytes, 0); err != nil {
			return err
		}
		move(own.address, b.address, used)
	}
	_ = b.free(0)
	*b = own
	return nil
}

func (s *adopted) limit() uintptr { return ^uintptr(0) }

func (s *adopted) free(*block, uintptr) error {
	s.release()
	return nil
}
