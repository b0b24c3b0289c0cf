package inspect

import (
	"fmt"
	"strconv"
	"strings"

	"innards/diagnose/executable"
)

// layout says where the runtime of one Go release keeps what is read here: offsets in bytes, on amd64. The tag names the
// field of package runtime, or after "|" what it was called before; one that is optional need not be there. The tables are
// printed by layoutgen, and a test compares each number with the DWARF of a program built by the Go that runs it.
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
	gRunningCleanups uint64 `dwarf:"g.runningCleanups,optional"`
	gParentID        uint64 `dwarf:"g.parentGoid"`
	gGoPC            uint64 `dwarf:"g.gopc"`
	gStartPC         uint64 `dwarf:"g.startpc"`
	gWaiting         uint64 `dwarf:"g.waiting"`
	gLabels          uint64 `dwarf:"g.labels"`
	gCoro            uint64 `dwarf:"g.coroarg"`
	gBubble          uint64 `dwarf:"g.bubble|g.syncGroup,optional"`
	gSize            uint64 `dwarf:"g"`

	mProcID uint64 `dwarf:"m.procid"`

	sudogG        uint64 `dwarf:"sudog.g"`
	sudogNext     uint64 `dwarf:"sudog.next"`
	sudogElem     uint64 `dwarf:"sudog.elem.vu|sudog.elem"`
	sudogWaitLink uint64 `dwarf:"sudog.waitlink"`
	sudogChan     uint64 `dwarf:"sudog.c.maybeTraceablePtr.vu|sudog.c"`
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
	inlineMarks uint64 `dwarf:"spanInlineMarkBits,optional"`

	typeSize  uint64 `dwarf:"abi:Type.Size_"`
	typePtrs  uint64 `dwarf:"abi:Type.PtrBytes"`
	typeFlags uint64 `dwarf:"abi:Type.TFlag"`
	typeKind  uint64 `dwarf:"abi:Type.Kind_"`
	typeMask  uint64 `dwarf:"abi:Type.GCData"`
	typeTotal uint64 `dwarf:"abi:Type"`

	moduleDataMask uint64 `dwarf:"moduledata.gcdatamask"`
	moduleBSSMask  uint64 `dwarf:"moduledata.gcbssmask"`

	specialNext   uint64 `dwarf:"special.next"`
	specialOffset uint64 `dwarf:"special.offset"`
	specialKind   uint64 `dwarf:"special.kind"`
	specialFn     uint64 `dwarf:"specialfinalizer.fn"`
	cleanupFn     uint64 `dwarf:"specialCleanup.cleanup.fn|specialCleanup.fn,optional"`
	cleanupArg    uint64 `dwarf:"specialCleanup.cleanup.arg,optional"`
	weakHandle    uint64 `dwarf:"specialWeakHandle.handle,optional"`
	specialSize   uint64 `dwarf:"specialCleanup|specialfinalizer"`

	// Kinds of special; 0: the release has none.
	kindFinalizer  byte `constant:"runtime._KindSpecialFinalizer"`
	kindWeakHandle byte `constant:"runtime._KindSpecialWeakHandle"`
	kindCleanup    byte `constant:"runtime._KindSpecialCleanup"`

	// Bits of a type that say that its pointer mask is not there yet: it is made when first needed (a flag), or is a
	// program that would make it (a bit of the kind). 0: the release has none.
	maskOnDemand byte `constant:"internal/abi.TFlagGCMaskOnDemand"`
	maskProgram  byte `constant:"internal/abi.KindGCProg"`

	// waitsNoted: a goroutine that waits for a semaphore or a Cond names its place in the queue, as all do since Go 1.26.
	waitsNoted bool
	// labelsListed: profiler labels are a slice, as since Go 1.24; before, they were a map, which is not read.
	labelsListed bool

	waitReasons []string // what the runtime prints for each wait reason
}

// absent is the offset of a field that the release does not have.
const absent = ^uint64(0)

// layoutOf gives the layout of a release by its minor number: 26 is go1.26. nil: not known.
func layoutOf(minor int) *layout {
	switch minor {
	case 22:
		return go122()
	case 23:
		return go123()
	case 24:
		return go124()
	case 25:
		return go125()
	case 26:
		return go126()
	}
	return nil
}

// minorOf reads a version as the build information has it: "go1.26.8", "go1.26rc1 X:jsonv2". 0: a development version.
func minorOf(version string) int {
	rest, ok := strings.CutPrefix(version, "go1.")
	if !ok {
		return 0
	}
	digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(rest)
	}
	minor, err := strconv.Atoi(rest[:digits])
	if err != nil {
		return 0
	}
	return minor
}

// layoutFor picks the layout for an executable: from the table of its release, which costs nothing, else from its own
// debug information, which takes a fifth of a second to read.
func layoutFor(exe *executable.File) (*layout, error) {
	if l := layoutOf(minorOf(exe.GoVersion)); l != nil {
		return l, nil
	}
	l, err := measure(exe)
	if err != nil {
		return nil, fmt.Errorf("built by %s, whose runtime structures are not known here (known: go1.22 to go1.26), and its own "+
			"debug information does not tell them: %w; a dump by SIGQUIT or net/http/pprof can be read instead",
			exe.GoVersion, err)
	}
	return l, nil
}
