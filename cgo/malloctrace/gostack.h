/*
 * The Go frames beneath a C call. While a thread runs C, its goroutine is parked in a call of the runtime, and its stack
 * is as still as one in a core file: it can be walked by frame pointers without asking the runtime anything.
 *
 *     thread pointer + tls_g ─► g (the thread's g0) ─► m ─► curg ─► syscallpc, syscallbp ─► caller's bp ─► … ─► 0
 *
 * A callback from C into Go interrupts the chain: its frames lie on the same goroutine stack, but the saved bp of the
 * innermost of them points into the C stack. There the runtime has laid down, as a marker, the pc that asmcgocall saved
 * in g.sched; above it lies asmcgocall's own frame:
 *
 *     ┌ frames of the callback … cgocallbackg ┐ bp ─► C stack
 *     │ return address into cgocallback       │
 *     │ its arguments                         │
 *     │ g.sched.pc                            │ ◄── the marker
 *     │ bp of runtime.cgocall                 │ ◄── the chain goes on here
 *     │ return address into runtime.cgocall   │
 *
 * The marker is what g.sched.pc holds now, for the call that is running was made by asmcgocall as well; so neither a
 * constant of the release nor the load bias has to be known. The C frames between the two Go parts are left out.
 *
 * Nothing is followed unchecked: a goroutine must be readable memory and agree with its thread, every frame must lie
 * within its stack, above the one before.
 */
#ifndef INNARDS_GOSTACK_H
#define INNARDS_GOSTACK_H

#include <errno.h>
#include <stdbool.h>
#include <sys/uio.h>
#include <unistd.h>

#include "recall.h"
#include "ring.h"
#include "sampling.h"

#define MARKER_WORDS 16

static uint64_t word(uintptr_t addr) { return *(const uint64_t *)addr; }

/* Asks the kernel, who returns an error where a load would fault. */
static bool readable(uintptr_t addr, size_t size)
{
	char buf[512];
	if (addr % 8 != 0 || size > sizeof buf)
		return false;
	struct iovec to = {buf, size}, from = {(void *)addr, size};
	int saved = errno;
	ssize_t n = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
	errno = saved;
	return n == (ssize_t)size;
}

static bool words_readable(uintptr_t addr, const uint32_t *offsets, size_t n)
{
	size_t max = 0;
	for (size_t i = 0; i < n; i++)
		if (offsets[i] > max)
			max = offsets[i];
	return readable(addr, max + 8);
}

/* A descriptor is never unmapped, and a stack not while it is a goroutine's, so one good answer holds as long as the three
 * addresses do. The sizes are those of the runtime: the largest stack has a gigabyte. */
static bool known_goroutine(uintptr_t g, const struct stream_go *go)
{
	const uint32_t offsets[] = {go->g_m,        go->g_stack_lo,   go->g_stack_hi,   go->g_sched_pc,
	                            go->g_sched_bp, go->g_syscall_sp, go->g_syscall_pc, go->g_syscall_bp};
	__typeof__(&thread.seen[0]) seen = &thread.seen[g >> 9 & 3];
	if (g == 0 || (g != seen->g && !words_readable(g, offsets, sizeof offsets / sizeof *offsets)))
		return false;
	uintptr_t lo = word(g + go->g_stack_lo), hi = word(g + go->g_stack_hi);
	if (g == seen->g && lo == seen->stack_lo && hi == seen->stack_hi)
		return true;
	if (hi < lo + 1024 || hi - lo > UINT64_C(1) << 30 || !readable(lo, 8) || !readable(hi - 8, 8))
		return false;
	seen->g = g;
	seen->stack_lo = lo;
	seen->stack_hi = hi;
	return true;
}

/* The goroutine that this thread works for; 0 where there is none, or where the thread is not on its system stack. */
static uintptr_t current_goroutine(const struct stream_go *go)
{
	uintptr_t tp;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	uintptr_t g0 = word(tp + (intptr_t)go->tls_g);
	if (g0 == 0)
		return 0;
	if (g0 != thread.g0) {
		const uint32_t offsets[] = {go->m_g0, go->m_curg, go->m_calls, go->m_in_call};
		if (!readable(g0, go->g_m + 8) || !words_readable(word(g0 + go->g_m), offsets, sizeof offsets / sizeof *offsets))
			return 0;
		thread.g0 = g0;
	}
	uintptr_t m = word(g0 + go->g_m);
	if (word(m + go->m_g0) != g0)
		return 0;
	uintptr_t curg = word(m + go->m_curg);
	return known_goroutine(curg, go) && word(curg + go->g_m) == m ? curg : 0;
}

static bool go_place(struct go_place *p)
{
	const struct stream_go *go = &stream->go;
	uintptr_t g = go->known ? current_goroutine(go) : 0;
	if (g == 0)
		return false;
	uint64_t sp = word(g + go->g_syscall_sp), marker = word(g + go->g_sched_pc);
	*p = (struct go_place){
		.g = g,
		.lo = word(g + go->g_stack_lo),
		.hi = word(g + go->g_stack_hi),
		.sp = sp,
		.marker = marker,
		.pc = sp ? word(g + go->g_syscall_pc) : marker,
		.bp = sp ? word(g + go->g_syscall_bp) : word(g + go->g_sched_bp),
	};
	return true;
}

/* A word of the goroutine's stack, written down where w is not NULL. */
static uint64_t go_word(struct go_walk *w, uintptr_t addr)
{
	uint64_t value = word(addr);
	if (w == NULL)
		return value;
	if (w->n < GO_WORDS) {
		w->words[w->n].at = (const uint64_t *)addr;
		w->words[w->n].value = value;
	}
	w->n++;
	return value;
}

static int go_frames(const struct go_place *from, uint64_t *pcs, struct go_walk *w)
{
	uintptr_t lo = from->lo, hi = from->hi, bp = from->bp;
	uint64_t pc = from->pc;
	int n = 0;
	if (w != NULL)
		w->n = 0;
	while (n < GO_FRAMES && pc != 0) {
		pcs[n++] = pc;
		if (bp % 8 != 0 || bp < lo || bp > hi - 16)
			break;
		lo = bp + 16; /* frames only ever lie higher */
		pc = go_word(w, bp + 8);
		uintptr_t next = go_word(w, bp);
		if (next >= lo && next <= hi - 16) {
			bp = next;
			continue;
		}
		if (n < GO_FRAMES && pc != 0)
			pcs[n++] = pc;
		pc = 0;
		for (uintptr_t at = lo; at < lo + MARKER_WORDS * 8 && at <= hi - 24; at += 8)
			if (go_word(w, at) == from->marker) {
				bp = go_word(w, at + 8);
				pc = go_word(w, at + 16);
				break;
			}
	}
	return n;
}

static uint64_t hash_words(uint64_t h, const uint64_t *words, int n)
{
	for (int i = 0; i < n; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

/* While a thread is in a call of C, nothing of its goroutine's stack can change but by a callback, whose own calls of C are
 * counted and begin deeper in the stack. So which call it is tells the Go half, and the later allocations of one call need
 * not look at it. (Go's runtime calls C on its own behalf without counting, but not from within a call.) */
static bool same_call(const struct stream_go *go, uint64_t *hash)
{
	uintptr_t tp;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	uintptr_t g0 = word(tp + (intptr_t)go->tls_g), m = thread.call.m;
	if (m == 0 || g0 != thread.g0 || word(g0 + go->g_m) != m || word(m + go->m_curg) != thread.call.g ||
	    word(m + go->m_calls) != thread.call.calls || !*(const bool *)(m + go->m_in_call) ||
	    word(thread.call.g + go->g_syscall_sp) != thread.call.sp)
		return false;
	*hash = thread.call.hash;
	return true;
}

static void remember_call(const struct stream_go *go, const struct go_place *from, uint64_t hash)
{
	uintptr_t m = word(from->g + go->g_m);
	bool known = go->m_calls != 0 && go->m_in_call != 0 && from->sp != 0 && *(const bool *)(m + go->m_in_call);
	thread.call.m = known ? m : 0;
	thread.call.g = from->g;
	thread.call.calls = word(m + go->m_calls);
	thread.call.sp = from->sp;
	thread.call.hash = hash;
}

#define NO_GO 1 /* stands for no frames */

static __attribute__((noinline)) uint64_t go_hash_walked(struct go_walk *w, const struct go_place *from)
{
	uint64_t pcs[GO_FRAMES];
	w->from.g = 0;
	w->hash = hash_words(NO_GO, pcs, go_frames(from, pcs, w));
	if (w->n <= GO_WORDS)
		w->from = *from;
	return w->hash;
}

/* What the Go half comes to. */
static uint64_t go_hash(struct desk *d)
{
	const struct stream_go *go = &stream->go;
	struct go_place from;
	uint64_t hash;
	if (!go->known)
		return NO_GO;
	if (same_call(go, &hash))
		return hash;
	if (!go_place(&from))
		return NO_GO;
	struct go_walk *w = &d->go[walk_place(from.bp, from.pc ^ from.g, GO_WALK_BITS)];
	hash = go_walk_holds(w, &from) ? w->hash : go_hash_walked(w, &from);
	remember_call(go, &from, hash);
	return hash;
}

#endif
