package leak

import "innards/cgo/tracefmt"

// FromTrace makes the heap of a written-down run, and the names of its stacks.
func FromTrace(t *tracefmt.Trace) (*Heap, Names) {
	h := NewHeap(t.Period, t.Begin)
	for _, e := range t.Events {
		h.Add(e)
	}
	return h, traceNames{t}
}

type traceNames struct{ t *tracefmt.Trace }

func (n traceNames) Frames(stack uint32) []Frame {
	s, ok := n.t.Stacks[stack]
	if !ok {
		return unknownStack()
	}
	frames := []Frame{{Func: s.Hook.String(), Lang: "c"}}
	for _, pcs := range [][]uint64{s.C, s.Go} {
		for _, pc := range pcs {
			for _, f := range n.t.Frames[pc] {
				lang := "c"
				if f.Go {
					lang = "go"
				}
				frames = append(frames, Frame{Func: f.Func, File: f.File, Line: f.Line, Lang: lang, origin: f.Origin})
			}
		}
	}
	return frames
}

// unknownStack stands for a stack that found no room in the stream.
func unknownStack() []Frame {
	return []Frame{{Func: "unknown: too many different stacks", Lang: "c"}}
}
