package tracefmt

// The structures of stream.h. Their names and comments stand there; a test compiles it and compares every offset.

const (
	magic       = "innards\n"
	version     = 4
	headerBytes = 4096
	modulesCap  = 256
)

// GoRuntime says where the Go runtime of the target keeps what a stack walk needs, as offsets within its structures.
type GoRuntime struct {
	Known                              uint32 // 1; 0: of this release nothing is known, and stacks have C frames only
	TLSG                               int32  // of the current goroutine's address, from the thread pointer
	GM, GStackLo, GStackHi             uint32
	GSchedPC, GSchedBP                 uint32
	GSyscallSP, GSyscallPC, GSyscallBP uint32
	MG0, MCurg                         uint32
	MCalls, MInCall                    uint32 // 0: not known, and the frames of Go are looked at for each allocation
}

type header struct {
	Magic                 [8]byte
	Version, SlotBytes    uint32
	FileBytes             uint64
	ModulesAt, ModulesCap uint64
	StacksAt, StacksBytes uint64
	SlotsAt, Slots        uint64
	Period                uint64
	TargetDev, TargetIno  uint64
	Go                    GoRuntime
	PID, ModulesUsed      uint32
	StacksUsed            uint64
	LostAllocs, LostFrees uint64
	LostStacks            uint64
	Answers, Hooked       uint32
	_                     [56]byte
	Head                  uint64
	_                     [56]byte
	Tail                  uint64
	_                     [56]byte
}

type moduleRecord struct {
	Start, End, Bias uint64
	Path             [232]byte
}

type stackRecord struct {
	CFrames, GoFrames uint16
	Hook              uint32
}

type slot struct {
	Seq, Stack           uint32
	Addr, SizeKind, Time uint64
}
