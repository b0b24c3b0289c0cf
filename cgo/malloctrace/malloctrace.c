//go:build linux && amd64

/*
 * The tracer: stands before the C allocator of one process and writes down which call sites take and give back memory.
 * It is compiled into a library of its own, and preloaded or loaded into a process that runs; or (INNARDS_LINKED) a program
 * has it linked in by importing the package of this folder. One translation unit; the parts are headers, each a term:
 *
 *     stream.h    the file it writes            ring.h      appending to it
 *     sampling.h  which allocations are written tracked.h   which frees are
 *     stack.h     who called                    gostack.h   the Go half of that        modules.h   what is mapped where
 *     resource.h  mappings, descriptors and threads     attach.h   getting into a process that runs, and out of it
 *     recall.h    stacks that were walked before        linked.h    being a part of the program
 *
 * Rules it lives by:
 *   - It runs inside someone else's malloc: no allocation, no lock that a signal handler or a fork could find taken, errno
 *     as it was: what calls the kernel or the unwinder keeps it. A nested call (a signal handler's, the unwinder's) is passed on unrecorded.
 *   - It is loaded into every program that inherits LD_PRELOAD, but works only in the executable that the stream names;
 *     elsewhere it passes calls on. So wrappers (sh, env, timeout) may stand before the target.
 *   - The first process of that executable owns the stream. A fork of it is another heap: its switch lies in a page that
 *     the kernel wipes in a child. An exec of the same process starts the stream's heap anew.
 *   - A block's free is written before the block is given back, its allocation after it was got: see ring.h.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ring.h"
#include "sampling.h"
#include "stack.h"
#include "tracked.h"

#define STREAM_ENV "INNARDS_TRACE"

/* In the copy that is loaded into a running process stands here where the stream is. The marker is what the reader looks
 * for; volatile, or the compiler would take it for the answer. */
static volatile char stream_path[512] = "?innards: the path of the stream?";

#define EXPORT __attribute__((visibility("default"), noinline))
#define HERE ((const uint64_t *)__builtin_dwarf_cfa() - 1) /* in a hook: where its return address stands */
#define ORPHANED_NS UINT64_C(5000000000)
#define LIKELY(x) __builtin_expect(!!(x), 1)

/* Every function of the allocator that is stood before, once: result, name, parameters. */
#define FOR_EACH_HOOK(f)                                           \
	f(void *, malloc, (size_t))                                \
	f(void *, calloc, (size_t, size_t))                        \
	f(void *, realloc, (void *, size_t))                       \
	f(int, posix_memalign, (void **, size_t, size_t))          \
	f(void *, aligned_alloc, (size_t, size_t))                 \
	f(void *, memalign, (size_t, size_t))                      \
	f(void, free, (void *))

/* Until the first call has looked them up, the pointers lead to functions that do so. */
#define DECLARE(result, name, parameters)          \
	static result boot_##name parameters;      \
	EXPORT result name parameters;             \
	static result(*real_##name) parameters = boot_##name;
FOR_EACH_HOOK(DECLARE)

static void look_up_resources(void); /* in resource.h */

static bool attached(void) { return stream_path[0] == '/'; }

/* ---- Finding the real allocator. dlsym may itself allocate; such a call is served from a little memory that is never
 * given back, and that free() knows by its counter in the filter. */

static _Alignas(16) char arena[1 << 14];
static size_t arena_used;
static int looking_up;

static void *arena_alloc(size_t n)
{
	size_t at = __atomic_fetch_add(&arena_used, (n + 31) & ~(size_t)15, __ATOMIC_RELAXED);
	if (n > sizeof arena || at > sizeof arena - n - 16)
		return NULL;
	memcpy(arena + at, &n, sizeof n);
	void *p = arena + at + 16;
	__atomic_fetch_add(filter_of(p), 1, __ATOMIC_RELAXED);
	return p;
}

static bool in_arena(const void *p)
{
	return (uintptr_t)p - (uintptr_t)arena < sizeof arena;
}

static bool look_up(void)
{
	if (__atomic_exchange_n(&looking_up, 1, __ATOMIC_ACQ_REL))
		return false;
	void *found, *where = attached() ? RTLD_DEFAULT : RTLD_NEXT;
#define LOOK_UP(result, name, parameters)          \
	found = dlsym(where, #name);               \
	if (found != NULL)                         \
		memcpy(&real_##name, &found, sizeof found);
	FOR_EACH_HOOK(LOOK_UP)
	return true;
}

static void *boot_malloc(size_t n) { return look_up() ? real_malloc(n) : arena_alloc(n); }
static void *boot_calloc(size_t n, size_t size)
{
	if (look_up())
		return real_calloc(n, size);
	size_t bytes;
	return __builtin_mul_overflow(n, size, &bytes) ? NULL : arena_alloc(bytes);
}
static void *boot_realloc(void *p, size_t n)
{
	if (look_up())
		return real_realloc(p, n);
	return p == NULL ? arena_alloc(n) : NULL;
}
static int boot_posix_memalign(void **p, size_t align, size_t n)
{
	return look_up() ? real_posix_memalign(p, align, n) : ENOMEM;
}
static void *boot_aligned_alloc(size_t align, size_t n) { return look_up() ? real_aligned_alloc(align, n) : NULL; }
static void *boot_memalign(size_t align, size_t n) { return look_up() ? real_memalign(align, n) : NULL; }
static void boot_free(void *p)
{
	if (look_up())
		real_free(p);
}

/* ---- Whether this process is the one. */

static enum { UNDECIDED, OFF, ON } state;
static int *alive; /* 1 in the target, 0 in a child that was forked off it */
static uint64_t seed;

/* Whether every allocation is recorded. Then every free is, too, and the set of those to be recorded is not needed: the reader
 * knows which blocks it has heard of. In a program that has the tracer linked in it becomes so in the middle of the run, when
 * threads have begun to count bytes down; in others their count is 0 from the start. */
static uint32_t everything;

static bool claim_process(struct stream_header *h)
{
	uint32_t nobody = 0, pid = (uint32_t)getpid();
	return __atomic_compare_exchange_n(&h->pid, &nobody, pid, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || nobody == pid;
}

static void rebind(bool attach); /* in attach.h */

static bool is_target(const struct stream_header *h, size_t file_bytes)
{
	struct stat exe;
	return memcmp(h->magic, STREAM_MAGIC, sizeof h->magic) == 0 && h->version == STREAM_VERSION &&
	       h->file_bytes == file_bytes && h->slot_bytes == sizeof(struct stream_slot) &&
	       stat("/proc/self/exe", &exe) == 0 && exe.st_dev == h->target_dev && exe.st_ino == h->target_ino;
}

static bool open_stream(const char *path)
{
	struct stat st;
	if (path == NULL)
		return false;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	void *map = MAP_FAILED;
	if (fstat(fd, &st) == 0 && (size_t)st.st_size >= sizeof(struct stream_header))
		map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	struct stream_header *h = map;
	int *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED && madvise(page, 4096, MADV_WIPEONFORK) == 0 && is_target(h, (size_t)st.st_size) &&
	    claim_process(h)) {
		*page = 1;
		alive = page;
		stream = h;
		return true;
	}
	munmap(map, (size_t)st.st_size);
	return false;
}

/* A place in the heap beyond all blocks that are there already, and so unknown: one so large comes from the end of it. */
static void *heap_mark(void)
{
	void *p = real_malloc(1 << 15);
	real_free(p);
	return p;
}

/* From here on all is recorded, if the stream is one for this process. */
static bool begin(const char *path)
{
	uint64_t place;
	if (!open_stream(path))
		return false;
	seed = now_ns() ^ (uint64_t)getpid() << 32;
	modules_read();
	thread.busy = 1;
	if (attached())
		look_up();
	/* Of the heap of a process that runs already, blocks of before lie anywhere. */
	if (ring_claim(&place))
		ring_publish(place, KIND_START, attached() ? NULL : heap_mark(), 0, 0);
	__atomic_store_n(&everything, stream->period <= 1, __ATOMIC_RELAXED);
	__atomic_store_n(&state, ON, __ATOMIC_RELEASE);
	if (attached())
		rebind(true);
	thread.busy = 0;
	return true;
}

__attribute__((constructor)) static void start(void)
{
	int saved = errno;
	look_up_resources();
#ifndef INNARDS_LINKED /* then the program begins it */
	if (!begin(attached() ? (const char *)stream_path : getenv(STREAM_ENV)))
		__atomic_store_n(&state, OFF, __ATOMIC_RELEASE);
#endif
	errno = saved;
}

/* ---- Recording. */

static bool records_all(void) { return __atomic_load_n(&everything, __ATOMIC_RELAXED); }

static bool recording(void)
{
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == ON && *alive && !thread.busy;
}

/* A reader that was killed takes the target with it where it has started it. One that had attached leaves the tracer behind:
 * when nobody has read for so long that the ring is full, it records nothing any more. */
static void stand_down_if_orphaned(void)
{
	static uint64_t tail, since;
	uint64_t now = now_ns(), at = __atomic_load_n(&stream->tail, __ATOMIC_RELAXED);
	if (!attached())
		return;
	if (at != __atomic_load_n(&tail, __ATOMIC_RELAXED) || __atomic_load_n(&since, __ATOMIC_RELAXED) == 0) {
		__atomic_store_n(&tail, at, __ATOMIC_RELAXED);
		__atomic_store_n(&since, now, __ATOMIC_RELAXED);
	} else if (now - __atomic_load_n(&since, __ATOMIC_RELAXED) > ORPHANED_NS) {
		__atomic_store_n(&state, OFF, __ATOMIC_RELEASE);
	}
}

static void record_alloc(enum stream_hook hook, void *p, size_t size, const uint64_t *ret)
{
	if (!recording()) {
		int now = __atomic_load_n(&state, __ATOMIC_ACQUIRE);
		if (now == OFF || (now == ON && !*alive))
			thread.left = NEVER;
		return;
	}
	if (p == NULL || !sampled(stream->period, seed, size))
		return;
	thread.busy = 1;
	uint32_t stack = ring_has_room(ROOM_FOR_ALLOC) ? stack_name(hook, ret) : UINT32_MAX;
	if (stack == UINT32_MAX)
		stand_down_if_orphaned();
	if (stack == UINT32_MAX || (!records_all() && !tracked_insert(p)))
		COUNT(lost_allocs);
	else
		ring_publish(ring_take(), KIND_ALLOC, p, size, stack);
	thread.busy = 0;
}

static __attribute__((noinline)) void record_free(void *p)
{
	uint64_t place;
	if (in_arena(p))
		return;
	if (p != NULL && recording() && (records_all() || tracked_remove(p))) {
		if (ring_claim(&place))
			ring_publish(place, KIND_FREE, p, 0, 0);
		else
			COUNT(lost_frees);
	}
	real_free(p);
}

/* The old block's place in the ring is claimed before it is given back, and used once it is known whether it was. */
static void *record_realloc(void *p, size_t size, const uint64_t *ret, bool sample)
{
	void *q;
	if (in_arena(p)) {
		size_t old;
		memcpy(&old, (char *)p - 16, sizeof old);
		q = real_malloc(size);
		if (q != NULL)
			memcpy(q, p, old < size ? old : size);
	} else {
		uint64_t place = 0;
		bool all = records_all(), was = p != NULL && recording() && (all || tracked_remove(p)), claimed = was && ring_claim(&place);
		q = real_realloc(p, size);
		bool kept = q == NULL && size != 0;
		if (was && kept && !all)
			tracked_insert(p);
		if (claimed)
			ring_publish(place, kept ? KIND_NONE : KIND_FREE, p, 0, 0);
		else if (was && !kept)
			COUNT(lost_frees);
	}
	if (sample)
		record_alloc(HOOK_REALLOC, q, size, ret);
	return q;
}

/* Counts an allocation's bytes down; true where it is to be looked at. A size beyond the address space fails anyway. */
static inline bool due(size_t size)
{
	thread.left -= (int64_t)(size & INT64_MAX);
#ifdef INNARDS_LINKED
	if (records_all())
		return true;
#endif
	return !LIKELY(thread.left > 0);
}

/* ---- The hooks. Their usual way is a counter and a jump. */

static __attribute__((noinline)) void *slow_malloc(size_t size, const uint64_t *ret)
{
	void *p = real_malloc(size);
	record_alloc(HOOK_MALLOC, p, size, ret);
	return p;
}

EXPORT void *malloc(size_t size)
{
	return due(size) ? slow_malloc(size, HERE) : real_malloc(size);
}

EXPORT void *calloc(size_t n, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(n, size, &bytes) || !due(bytes))
		return real_calloc(n, size);
	void *p = real_calloc(n, size);
	record_alloc(HOOK_CALLOC, p, bytes, HERE);
	return p;
}

EXPORT void *realloc(void *p, size_t size)
{
	bool sample = due(size);
	if (LIKELY(!sample && !maybe_tracked(p)))
		return real_realloc(p, size);
	return record_realloc(p, size, HERE, sample);
}

EXPORT int posix_memalign(void **p, size_t align, size_t size)
{
	bool sample = due(size);
	int err = real_posix_memalign(p, align, size);
	if (sample && err == 0)
		record_alloc(HOOK_POSIX_MEMALIGN, *p, size, HERE);
	return err;
}

EXPORT void *aligned_alloc(size_t align, size_t size)
{
	bool sample = due(size);
	void *p = real_aligned_alloc(align, size);
	if (sample)
		record_alloc(HOOK_ALIGNED_ALLOC, p, size, HERE);
	return p;
}

EXPORT void *memalign(size_t align, size_t size)
{
	bool sample = due(size);
	void *p = real_memalign(align, size);
	if (sample)
		record_alloc(HOOK_MEMALIGN, p, size, HERE);
	return p;
}

EXPORT void free(void *p)
{
	if (LIKELY(!(maybe_tracked(p) | records_all())))
		real_free(p);
	else
		record_free(p);
}

#include "resource.h"

#include "attach.h"

#ifdef INNARDS_LINKED
#include "linked.h"
#endif
