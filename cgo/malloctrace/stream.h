/*
 * The stream: one file, mapped by the traced process and by its reader at the same time.
 *
 *     0         header        who is traced and how; counters
 *     4096      modules       what is mapped where, so that addresses can be named after the process has gone
 *     …         stacks        every different stack once, named by its place
 *     …         slots         a ring of events of one size
 *
 * The reader makes the file, fills the header, and sets the tail of the ring; the tracer does the rest. Nothing but this
 * file has to outlive the process, so neither SIGKILL nor exit_group loses an event. The same layout stands once more in
 * Go, in package tracefmt; a test there compiles this header and compares every offset.
 */
#ifndef INNARDS_STREAM_H
#define INNARDS_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define STREAM_MAGIC "innards\n"
#define STREAM_VERSION 4u

enum stream_kind {
	KIND_NONE = 0,  /* a slot that was claimed and then not needed */
	KIND_START = 1, /* the program begins; all blocks of an earlier image of the process are gone. Below the address may be
	                 * blocks from before that */
	KIND_ALLOC = 2,
	KIND_FREE = 3,
	KIND_ACCOUNT = 4, /* size: what the allocator says it has handed out, all blocks that are alive at this place of the ring */
};

/* What the reader may ask of the tracer. */
enum stream_request {
	REQUEST_REBIND = 1,  /* look through the objects that are loaded, for new ones */
	REQUEST_ACCOUNT = 2, /* ask the allocator what it has handed out */
	REQUEST_DETACH = 3,  /* give all words back, and be still for ever */
};

/* Which function of the allocator was called. The reader makes a frame of it, the innermost of the stack. */
enum stream_hook {
	HOOK_MALLOC = 0,
	HOOK_CALLOC = 1,
	HOOK_REALLOC = 2,
	HOOK_POSIX_MEMALIGN = 3,
	HOOK_ALIGNED_ALLOC = 4,
	HOOK_MEMALIGN = 5,
	HOOK_MMAP = 6,
	HOOK_MREMAP = 7,
	HOOK_OPEN = 8,
	HOOK_OPENAT = 9,
	HOOK_SOCKET = 10,
	HOOK_ACCEPT = 11,
	HOOK_DUP = 12,
	HOOK_PIPE = 13,
	HOOK_EVENTFD = 14,
	HOOK_EPOLL = 15,
	HOOK_THREAD = 16,
};

/* Where the Go runtime keeps what a stack walk needs, as offsets within its structures. known is 0 where the reader knows
 * nothing of this Go release: then stacks have C frames only. */
struct stream_go {
	uint32_t known;
	int32_t tls_g; /* of the current goroutine's address, from the thread pointer */
	uint32_t g_m, g_stack_lo, g_stack_hi;
	uint32_t g_sched_pc, g_sched_bp;
	uint32_t g_syscall_sp, g_syscall_pc, g_syscall_bp;
	uint32_t m_g0, m_curg;
	uint32_t m_calls, m_in_call; /* how many calls of C it has made, and whether it is in one; 0: not known */
};

struct stream_header {
	/* Set by the reader before the process starts. */
	char magic[8];
	uint32_t version;
	uint32_t slot_bytes;
	uint64_t file_bytes;
	uint64_t modules_at, modules_cap;
	uint64_t stacks_at, stacks_bytes;
	uint64_t slots_at, slots; /* slots: a power of two */
	uint64_t period;          /* mean bytes between two samples; 1: every allocation */
	uint64_t target_dev, target_ino;
	struct stream_go go;

	/* Set by the tracer. */
	uint32_t pid; /* 0 until the target has come up */
	uint32_t modules_used;
	uint64_t stacks_used;
	uint64_t lost_allocs; /* allocations that found no room; nothing of them is in the ring */
	uint64_t lost_frees;  /* their blocks look alive for ever */
	uint64_t lost_stacks; /* stacks that found no room; their events have stack 0 */
	uint32_t answers;     /* requests that were served */
	uint32_t hooked;      /* words of an attached program that lead to the hooks */

	/* A cache line each: every event moves the head, the reader's polling the tail. */
	_Alignas(64) uint64_t head; /* next place to be claimed */
	_Alignas(64) uint64_t tail; /* next place to be read; moved by the reader */
};

struct stream_module {
	uint64_t start, end; /* addresses in the process */
	uint64_t bias;       /* address in the process minus address in the file */
	char path[232];      /* empty: the executable itself */
};

/* A stack is followed by its program counters: c_frames of C, then go_frames of Go, both innermost first. All of them are
 * return addresses. Its name is its distance from the start of the stacks, divided by 8; no stack has the name 0. */
struct stream_stack {
	uint16_t c_frames, go_frames;
	uint32_t hook;
};

/* A slot holds an event once seq is the event's place in the ring plus one, of which there are the low half's bits. Two slots
 * make a cache line. */
struct stream_slot {
	uint32_t seq;
	uint32_t stack;
	uint64_t addr;
	uint64_t size_kind; /* size << 8 | kind */
	uint64_t time;      /* ns of CLOCK_MONOTONIC; 0: that of the slot before */
};

_Static_assert(sizeof(struct stream_header) <= 4096, "the header fits its page");
_Static_assert(sizeof(struct stream_module) == 256, "size of a module");
_Static_assert(sizeof(struct stream_stack) == 8, "size of a stack");
_Static_assert(sizeof(struct stream_slot) == 32, "size of a slot");

#endif
