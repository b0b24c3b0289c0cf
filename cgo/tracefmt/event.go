package tracefmt

import "time"

// Kind says what an event is.
type Kind uint32

// The numbers are those of enum stream_kind.
const (
	None  Kind = 0 // a place in the ring that was claimed and then not needed
	Start Kind = 1 // the program begins; all blocks of an earlier image of the process are gone
	Alloc Kind = 2
	Free  Kind = 3

	Accounted Kind = 4 // what the allocator says it has handed out, in the middle of all that is taken and given back
)

// Event is one thing that happened to the C heap.
type Event struct {
	Time  time.Duration // of CLOCK_MONOTONIC; in a text, from its beginning
	Kind  Kind
	Addr  uint64 // Start: below it in the heap may be blocks that no event tells of; 0: not known
	Size  uint64 // Alloc: as asked for; Free of a mapping: how much of it, from Addr on; Accounted: all blocks that are alive
	Stack uint32 // Alloc: a name for Trace.Stacks or Stream.Stack; 0: not known
}

// Resource is what an event is about.
type Resource uint8

// The resources.
const (
	Memory Resource = iota // a block of the C heap
	Mapping
	Descriptor
	Thread
	Handle // of package runtime/cgo
	Pinner // of package runtime
)

// String gives the resource's name in a report.
func (r Resource) String() string {
	return [...]string{"malloc", "mmap", "fd", "thread", "handle", "pinner"}[r]
}

// Bits of an address that no block has say what else it is; malloctrace/resource.h sets them, but for those of what only the
// reader sees.
const (
	pinnerTag     = 1 << 59
	handleTag     = 1 << 60
	mappingTag    = 1 << 61
	threadTag     = 1 << 62
	descriptorTag = 1 << 63
)

// MappingAddr is what an event says for a mapping at that address.
func MappingAddr(addr uint64) uint64 { return addr | mappingTag }

// HandleAddr is what an event says for the handle of that number.
func HandleAddr(number uint64) uint64 { return number&(handleTag-1) | handleTag }

// PinnerAddr is what an event says for a pinner at that address.
func PinnerAddr(addr uint64) uint64 { return addr&(pinnerTag-1) | pinnerTag }

// Tagged tells what an event's address stands for, and its number among those.
func Tagged(addr uint64) (Resource, uint64) {
	switch {
	case addr&descriptorTag != 0:
		return Descriptor, addr &^ descriptorTag
	case addr&threadTag != 0:
		return Thread, addr &^ threadTag
	case addr&mappingTag != 0:
		return Mapping, addr &^ mappingTag
	case addr&handleTag != 0:
		return Handle, addr &^ handleTag
	case addr&pinnerTag != 0:
		return Pinner, addr &^ pinnerTag
	}
	return Memory, addr
}

// Hook is the function of the C library that a stack ends in.
type Hook uint32

var hookNames = [...]string{"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign",
	"mmap", "mremap", "open", "openat", "socket", "accept", "dup", "pipe", "eventfd", "epoll_create1", "pthread_create"}

// The first of each kind; the numbers are those of enum stream_hook.
const (
	hookMmap   Hook = 6
	hookOpen   Hook = 8
	hookThread Hook = 16
)

func (h Hook) String() string {
	if int(h) < len(hookNames) {
		return hookNames[h]
	}
	return "?"
}

// Resource is what a function takes.
func (h Hook) Resource() Resource {
	switch {
	case h < hookMmap:
		return Memory
	case h < hookOpen:
		return Mapping
	case h < hookThread:
		return Descriptor
	}
	return Thread
}

// Stack is a call of the allocator: C frames, then the Go frames beneath them. All addresses are return addresses,
// innermost first.
type Stack struct {
	Hook  Hook
	C, Go []uint64
}

// Module is a file that the process had mapped.
type Module struct {
	Start, End uint64 // addresses in the process
	Bias       uint64 // address in the process minus address in the file
	Path       string // "": the executable itself
}

// Lost counts what found no room.
type Lost struct {
	Allocs uint64 // blocks that no event tells of
	Frees  uint64 // blocks that look alive and are not
	Stacks uint64 // stacks; their events have stack 0
}
