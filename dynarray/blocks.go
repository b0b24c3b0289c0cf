package dynarray

// mapFrom is the size in bytes from which an array's memory is a mapping of its own. Below, a system call and whole
// pages would cost more than copying does; a process may have 65530 mappings, and 2 MiB is the least that a huge page
// makes sense for. Measured in NOTES.md.
const mapFrom = 1 << 20

// resize makes room for so many bytes or more, and keeps the first used ones. If it fails the block is as it was.
func (b *block) resize(bytes, used uintptr) error {
	if b.store != nil {
		return b.store.resize(b, bytes, used)
	}
	switch {
	case bytes == 0:
		return b.free(0)
	case b.span == 0 && (bytes < mapFrom || !mappings):
		return b.reallocate(bytes)
	case b.span == 0:
		address, span := freed.take(bytes)
		if address != 0 && b.pages != HugeAuto {
			advise(address, 0, span, b.pages)
		}
		if address == 0 {
			address, span = mapAligned(bytes, b.pages)
		}
		if address == 0 { // perhaps there are too many mappings already
			return b.reallocate(bytes)
		}
		move(address, b.address, used)
		heapFree(b.address, uintptr(b.bytes))
		b.own(address, span)
	case bytes < mapFrom/2: // and not below mapFrom: an array about that large would move to and fro
		address := heapResize(0, 0, bytes)
		if address == 0 {
			return errNoMemory
		}
		move(address, b.address, used)
		freed.put(b.address, b.span)
		b.address, b.span, b.touched = address, 0, 0
		b.account(int64(bytes))
	case bytes <= b.span:
		b.own(b.address, mapShrink(b.address, b.span, bytes))
	default:
		address, span := mapGrow(b.address, b.span, bytes, b.pages)
		if address == 0 {
			return errNoMemory
		}
		b.own(address, span)
	}
	return nil
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

// own notes that the block's memory is a mapping.
func (b *block) own(address, span uintptr) {
	b.address, b.span, b.touched = address, span, span
	b.account(int64(span))
}

// free gives a block's memory back, the first used bytes of which are elements.
func (b *block) free(used uintptr) error {
	var err error
	switch {
	case b.store != nil:
		err = b.store.free(b, used)
	case b.span != 0:
		freed.put(b.address, b.span)
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
		if err := own.resize(bytes, 0); err != nil {
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
