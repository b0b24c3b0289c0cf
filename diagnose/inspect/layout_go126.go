package inspect

// go126 is the layout of Go 1.26. Checked against 1.26.8.
func go126() *layout {
	return &layout{
		gStackLo: 0x0, gStackHi: 0x8, gDefer: 0x28, gM: 0x30, gSchedSP: 0x38, gSchedPC: 0x40, gSyscallSP: 0x68,
		gSyscallPC: 0x70, gStatus: 0x90, gID: 0x98, gWaitSince: 0xa8, gWaitReason: 0xb0, gTrackingSeq: 0xbf, gLockedM: 0xd0,
		gRunningCleanups: 0xdc, gParentID: 0x118, gGoPC: 0x120, gStartPC: 0x130, gWaiting: 0x140,
		gLabels: 0x160, gSize: 0x1c8,

		mProcID: 0x40,

		gPanic: 0x20, gSchedCtxt: 0x50, gCoro: 0x180, gBubble: 0x188,

		sudogG: 0x0, sudogNext: 0x8, sudogElem: 0x20, sudogWaitLink: 0x48, sudogChan: 0x60,
		sudogSize: 0x68,

		chanLen: 0x0, chanCap: 0x8, chanClosed: 0x1c, chanRecvQ: 0x40, chanSendQ: 0x50, chanSize: 0x70,

		deferRange: 0x1, deferSP: 0x8, deferPC: 0x10, deferFn: 0x18, deferLink: 0x20, deferHead: 0x28,
		deferSize: 0x30,

		heapSpans: 0x10148,

		spanStart: 0x18, spanPages: 0x20, spanClass: 0x62, spanState: 0x63, spanElemSize: 0x68,
		spanSpecials: 0x80, spanLarge: 0x98, spanSize: 0xa0, inlineMarks: 0x80,

		typeSize: 0x0, typePtrs: 0x8, typeFlags: 0x14, typeMask: 0x20, typeTotal: 0x30,

		moduleDataMask: 0x220, moduleBSSMask: 0x230,

		specialNext: 0x0, specialOffset: 0x8, specialKind: 0x10, specialFn: 0x18, cleanupFn: 0x20,
		cleanupArg: 0x28, weakHandle: 0x18, specialSize: 0x38,

		kindFinalizer: 2, kindWeakHandle: 3, kindCleanup: 7,

		waitReasons: []string{
			"", "GC assist marking", "IO wait", "dumping heap", "garbage collection", "garbage collection scan",
			"panicwait", "GC assist wait", "GC sweep wait", "GC scavenge wait", "finalizer wait",
			"force gc (idle)", "GOMAXPROCS updater (idle)", "semacquire", "sleep", "chan receive (nil chan)",
			"chan send (nil chan)", "select (no cases)", "select", "chan receive", "chan send", "sync.Cond.Wait",
			"sync.Mutex.Lock", "sync.RWMutex.RLock", "sync.RWMutex.Lock", "sync.WaitGroup.Wait",
			"trace reader (blocked)", "wait for GC cycle", "GC worker (idle)", "GC worker (active)", "preempted",
			"debug call", "GC mark termination", "stopping the world", "flushing proc caches",
			"trace goroutine status", "trace proc status", "page trace flush", "coroutine",
			"GC weak to strong wait", "synctest.Run", "synctest.Wait", "chan receive (durable)",
			"chan send (durable)", "select (durable)", "sync.WaitGroup.Wait (durable)", "cleanup wait",
		},
	}
}
