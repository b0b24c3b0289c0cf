package inspect

import (
	"fmt"
	"strconv"
	"strings"
)

// layout says where the runtime of one Go release keeps what is read here: offsets in bytes, on amd64. The tag names the
// field of package runtime, and a test compares each number with the DWARF of a program built by the Go that runs it.
type layout struct {
	gStackLo         uint64 `dwarf:"g.stack.lo"`
	gStackHi         uint64 `dwarf:"g.stack.hi"`
	gPanic           uint64 `dwarf:"g._panic"`
	gDefer           uint64 `dwarf:"g._defer"`
	gM               uint64 `dwarf:"g.m"`
	gSchedSP         uint64 `dwarf:"g.sched.sp"`
	gSchedPC         uint64 `dwarf:"g.sched.pc"`
	gSchedCtxt       uint64 `dwarf:"g.sched.ctxt"`
	gSyscallSP       uint64 `dwarf:"g.syscallsp"`
	gSyscallPC       uint64 `dwarf:"g.syscallpc"`
	gStatus          uint64 `dwarf:"g.atomicstatus"`
	gID              uint64 `dwarf:"g.goid"`
	gWaitSince       uint64 `dwarf:"g.waitsince"`
	gWaitReason      uint64 `dwarf:"g.waitreason"`
	gTrackingSeq     uint64 `dwarf:"g.trackingSeq"`
	gLockedM         uint64 `dwarf:"g.lockedm"`
	gRunningCleanups uint64 `dwarf:"g.runningCleanups"`
	gParentID        uint64 `dwarf:"g.parentGoid"`
	gGoPC            uint64 `dwarf:"g.gopc"`
	gStartPC         uint64 `dwarf:"g.startpc"`
	gWaiting         uint64 `dwarf:"g.waiting"`
	gLabels          uint64 `dwarf:"g.labels"`
	gCoro            uint64 `dwarf:"g.coroarg"`
	gBubble          uint64 `dwarf:"g.bubble"`
	gSize            uint64 `dwarf:"g"`

	mProcID uint64 `dwarf:"m.procid"`

	sudogG        uint64 `dwarf:"sudog.g"`
	sudogNext     uint64 `dwarf:"sudog.next"`
	sudogElem     uint64 `dwarf:"sudog.elem.vu"`
	sudogWaitLink uint64 `dwarf:"sudog.waitlink"`
	sudogChan     uint64 `dwarf:"sudog.c.maybeTraceablePtr.vu"`
	sudogSize     uint64 `dwarf:"sudog"`

	chanLen    uint64 `dwarf:"hchan.qcount"`
	chanCap    uint64 `dwarf:"hchan.dataqsiz"`
	chanClosed uint64 `dwarf:"hchan.closed"`
	chanRecvQ  uint64 `dwarf:"hchan.recvq.first"`
	chanSendQ  uint64 `dwarf:"hchan.sendq.first"`
	chanSize   uint64 `dwarf:"hchan"`

	deferRange uint64 `dwarf:"_defer.rangefunc"`
	deferSP    uint64 `dwarf:"_defer.sp"`
	deferPC    uint64 `dwarf:"_defer.pc"`
	deferFn    uint64 `dwarf:"_defer.fn"`
	deferLink  uint64 `dwarf:"_defer.link"`
	deferHead  uint64 `dwarf:"_defer.head"`
	deferSize  uint64 `dwarf:"_defer"`

	heapSpans uint64 `dwarf:"mheap.allspans"`

	spanStart    uint64 `dwarf:"mspan.startAddr"`
	spanPages    uint64 `dwarf:"mspan.npages"`
	spanClass    uint64 `dwarf:"mspan.spanclass"`
	spanState    uint64 `dwarf:"mspan.state"`
	spanElemSize uint64 `dwarf:"mspan.elemsize"`
	spanSpecials uint64 `dwarf:"mspan.specials"`
	spanLarge    uint64 `dwarf:"mspan.largeType"`
	spanSize     uint64 `dwarf:"mspan"`

	// Small objects have their pointer bits at the end of their span, before the marks that the collector keeps there.
	inlineMarks uint64 `dwarf:"spanInlineMarkBits"`

	typeSize  uint64 `dwarf:"abi:Type.Size_"`
	typePtrs  uint64 `dwarf:"abi:Type.PtrBytes"`
	typeFlags uint64 `dwarf:"abi:Type.TFlag"`
	typeMask  uint64 `dwarf:"abi:Type.GCData"`
	typeTotal uint64 `dwarf:"abi:Type"`

	moduleDataMask uint64 `dwarf:"moduledata.gcdatamask"`
	moduleBSSMask  uint64 `dwarf:"moduledata.gcbssmask"`

	specialNext   uint64 `dwarf:"special.next"`
	specialOffset uint64 `dwarf:"special.offset"`
	specialKind   uint64 `dwarf:"special.kind"`
	specialFn     uint64 `dwarf:"specialfinalizer.fn"`
	cleanupFn     uint64 `dwarf:"specialCleanup.cleanup.fn"`
	cleanupArg    uint64 `dwarf:"specialCleanup.cleanup.arg"`
	weakHandle    uint64 `dwarf:"specialWeakHandle.handle"`
	specialSize   uint64 `dwarf:"specialCleanup"`

	// Kinds of special, by value: no DWARF names them.
	kindFinalizer, kindWeakHandle, kindCleanup byte

	waitReasons []string // what the runtime prints for each wait reason
}

// layoutOf gives the layout of a release by its minor number: 26 is go1.26. nil: not known.
func layoutOf(minor int) *layout {
	switch minor {
	case 26:
		return go126()
	}
	return nil
}

// layoutFor picks the layout for a version as the build information has it: "go1.26.8", "go1.26rc1 X:jsonv2".
func layoutFor(version string) (*layout, error) {
	if rest, ok := strings.CutPrefix(version, "go1."); ok {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 0 {
			digits = len(rest)
		}
		if minor, err := strconv.Atoi(rest[:digits]); err == nil {
			if l := layoutOf(minor); l != nil {
				return l, nil
			}
		}
	}
	return nil, fmt.Errorf("built by %s, whose runtime structures are not known here (known: go1.26); "+
		"a dump by SIGQUIT or net/http/pprof can be read instead", version)
}
