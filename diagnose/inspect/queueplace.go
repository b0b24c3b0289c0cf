package inspect

import (
	"encoding/binary"
	"strings"
)

// Before Go 1.26 a goroutine that waits for a semaphore, so for any lock, or for a Cond does not name its place in the
// queue. But the function that parked it needs the place again when it wakes up, so it keeps it in its frame. Each word
// of that frame is tried; the right one leads to a place that names the goroutine.

// keepsPlace tells the functions that keep the place; keepsCond the one that keeps the Cond, which the place does not name
// either.
func keepsPlace(fn string) bool {
	return fn == "runtime.semacquire1" || fn == "sync.runtime_notifyListWait" || keepsCond(fn)
}

func keepsCond(fn string) bool { return fn == "sync.(*Cond).Wait" }

const (
	outerKeeper = 8  // physical frames to look at: the last one is Cond.Wait, above gopark and the runtime's own
	notifySize  = 32 // of runtime.notifyList
	notifyHead  = 16
)

// findPlaces fills the queues of goroutines that wait for a semaphore or a Cond.
func (r *reading) findPlaces(gs []gstruct, stacks []stack, queues []queue) error {
	var reqs []request
	var owner []int
	size := r.p.layout.sudogSize
	for i, g := range gs {
		if !g.parked() || len(queues[i].sudogs) > 0 || !mayBeUnnamed(g.reason()) {
			continue
		}
		for _, w := range r.keptWords(g, stacks[i], false) {
			reqs = append(reqs, request{addr: w, buf: make([]byte, size)})
			owner = append(owner, i)
		}
	}
	if len(reqs) == 0 {
		return nil
	}
	if err := r.p.mem.readAll(reqs); err != nil {
		return err
	}
	lists := make(map[uint64]map[uint64]bool)
	for k, req := range reqs {
		i := owner[k]
		if !req.ok || len(queues[i].sudogs) > 0 {
			continue
		}
		sg := r.p.sudog(req.addr, req.buf)
		if sg.g != gs[i].addr || sg.channel != 0 {
			continue
		}
		if strings.HasPrefix(gs[i].reason(), "sync.Cond.Wait") {
			sg.elem = r.notifyList(gs[i], stacks[i], sg.addr, lists)
		}
		if sg.elem != 0 {
			queues[i].sudogs = append(queues[i].sudogs, sg)
		}
	}
	return nil
}

func mayBeUnnamed(reason string) bool {
	return strings.HasPrefix(reason, "sync.") || reason == "semacquire"
}

// keptWords gives the words of the frames that keep what is looked for, as far as they may be addresses in the heap.
func (r *reading) keptWords(g gstruct, s stack, cond bool) []uint64 {
	pc, sp, ok := g.position()
	if !ok {
		return nil
	}
	var words []uint64
	n := 0
	r.p.walk(&s, pc, sp, func(f physical) {
		if n++; n > outerKeeper {
			return
		}
		if name := f.place.Func.Name; cond && keepsCond(name) || !cond && keepsPlace(name) {
			for addr := f.sp; addr < f.cfa; addr += 8 {
				w, ok := s.word(addr)
				if ok && w%8 == 0 && w > 1<<16 && w < 1<<47 && (w < g.stackLo() || w >= g.stackHi()) {
					words = append(words, w)
				}
			}
		}
	})
	return words
}

// notifyList finds the list of the Cond whose queue holds a place. 0: not found.
func (r *reading) notifyList(g gstruct, s stack, place uint64, lists map[uint64]map[uint64]bool) uint64 {
	for _, cond := range r.keptWords(g, s, true) {
		list := cond + condNotify
		places, ok := lists[list]
		if !ok {
			places = r.notified(list)
			lists[list] = places
		}
		if places[place] {
			return list
		}
	}
	return 0
}

// notified gives the places in what may be the list of a Cond.
func (r *reading) notified(list uint64) map[uint64]bool {
	raw := make([]byte, max(notifySize, r.p.layout.sudogSize))
	if r.p.mem.read(list, raw[:notifySize]) != nil {
		return nil
	}
	places := make(map[uint64]bool)
	for at := binary.LittleEndian.Uint64(raw[notifyHead:]); at%8 == 0 && !places[at] && len(places) < maxQueued; {
		if r.p.mem.read(at, raw[:r.p.layout.sudogSize]) != nil {
			break
		}
		places[at] = true
		at = r.p.sudog(at, raw).next
	}
	return places
}
