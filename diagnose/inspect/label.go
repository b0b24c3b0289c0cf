package inspect

import "encoding/binary"

const (
	maxLabels      = 1000
	maxLabelLength = 64 << 10
)

// readLabels reads a goroutine's profiler labels: a slice of pairs of strings. Goroutines inherit the pointer, so most
// share a few.
func (r *reading) readLabels(addr uint64) map[string]string {
	if addr == 0 || !r.p.layout.labelsListed {
		return nil
	}
	if labels, ok := r.labels[addr]; ok {
		return labels
	}
	r.labels[addr] = nil
	var header [16]byte
	if r.p.mem.read(addr, header[:]) != nil {
		return nil
	}
	n := binary.LittleEndian.Uint64(header[8:])
	if n == 0 || n > maxLabels {
		return nil
	}
	pairs := make([]byte, n*32)
	if r.p.mem.read(binary.LittleEndian.Uint64(header[:]), pairs) != nil {
		return nil
	}
	labels := make(map[string]string, n)
	for ; len(pairs) > 0; pairs = pairs[32:] {
		key, ok := r.readString(pairs[:16])
		value, ok2 := r.readString(pairs[16:32])
		if !ok || !ok2 {
			return nil
		}
		labels[key] = value
	}
	r.labels[addr] = labels
	return labels
}

// readString reads the string whose header this is.
func (r *reading) readString(header []byte) (string, bool) {
	addr, n := binary.LittleEndian.Uint64(header), binary.LittleEndian.Uint64(header[8:])
	if n > maxLabelLength {
		return "", false
	}
	text := make([]byte, n)
	err := r.p.mem.read(addr, text)
	return string(text), err == nil
}
