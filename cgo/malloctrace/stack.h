/*
 * Stacks, C and Go joined, each kept once. A program allocates from few places, so an event names its stack by a number,
 * and a stack is written out only when it is seen for the first time.
 */
#ifndef INNARDS_STACK_H
#define INNARDS_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unwind.h>

#include "gostack.h"
#include "modules.h"
#include "recall.h"
#include "ring.h"

#define INDEX_BITS 16
#define INDEX_TRIED 32

static struct {
	uint64_t hash; /* 0: empty */
	uint32_t name; /* 0: still being written */
} stack_index[1u << INDEX_BITS];

/*
 * The C half by a table. The unwinder of libgcc interprets the compiler's tables at every frame of every stack, which is
 * most of what recording an allocation would cost. But a place in the code from which a call is made has a frame of one
 * size, nearly always; so it is enough to ask the unwinder once how far it is from the return address that stands there to
 * the next one. After that the walk is a look-up and an addition for each frame.
 *
 *     word   place of the return address (47 bits) | distance to the next, in words (9) | END | VARIES
 *
 * Functions that move their stack pointer by amounts that vary (alloca) are found out: what stands at the wrong distance is
 * hardly ever a return address of the table; then the unwinder is asked again, and its other answer marks the place.
 * A step is below 2 KiB, so that one that misses still falls on the stack: above every thread's first frame lies its
 * descriptor, above main's the environment.
 */
#define STEP_BITS 14
#define STEP_TRIED 8
#define STEP_MAX 256 /* words; a larger one is left to the unwinder */
#define STEP_END (UINT64_C(1) << 56)
#define STEP_VARIES (UINT64_C(1) << 57)
#define STEP_PC ((UINT64_C(1) << 47) - 1)

static uint64_t steps[1u << STEP_BITS];

static uint64_t *step_place(uint64_t pc, size_t i)
{
	return &steps[((size_t)(pc * UINT64_C(0x9e3779b97f4a7c15) >> (64 - STEP_BITS)) + i) & ((1u << STEP_BITS) - 1)];
}

/* The step from a return address; 0: not known, or not to be had. */
static uint64_t step_of(uint64_t pc)
{
	for (size_t i = 0; i < STEP_TRIED; i++) {
		uint64_t step = __atomic_load_n(step_place(pc, i), __ATOMIC_RELAXED);
		if (step == 0)
			return 0;
		if ((step & STEP_PC) == pc)
			return step & STEP_VARIES ? 0 : step;
	}
	return 0;
}

static void step_learn(uint64_t pc, uint64_t step)
{
	if (pc > STEP_PC)
		return;
	for (size_t i = 0; i < STEP_TRIED; i++) {
		uint64_t *place = step_place(pc, i), there = __atomic_load_n(place, __ATOMIC_RELAXED);
		if (there == 0 && __atomic_compare_exchange_n(place, &there, pc | step, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return;
		if ((there & STEP_PC) != pc)
			continue;
		if (there != (pc | step) && !(__atomic_fetch_or(place, STEP_VARIES, __ATOMIC_RELAXED) & STEP_VARIES))
			__atomic_fetch_add(&steps_varied, 1, __ATOMIC_RELAXED);
		return;
	}
}

struct unwound {
	uint64_t *pcs;
	const uint64_t *at[C_FRAMES]; /* where each of them stands */
	int n;
	const uint64_t *ret; /* the return address of the hook: all before it are frames of the tracer */
	bool cut;
};

static _Unwind_Reason_Code c_frame(struct _Unwind_Context *context, void *arg)
{
	struct unwound *w = arg;
	uintptr_t pc = _Unwind_GetIP(context);
	const uint64_t *at = (const uint64_t *)_Unwind_GetCFA(context) - 1;
	if (pc == 0)
		return _URC_END_OF_STACK;
	if (w->n == C_FRAMES) {
		w->cut = true;
		return _URC_END_OF_STACK;
	}
	if (at >= w->ret) {
		w->at[w->n] = at;
		w->pcs[w->n++] = pc;
	}
	return _URC_NO_REASON;
}

static __attribute__((noinline)) int c_frames_unwound(const uint64_t *ret, uint64_t *pcs)
{
	struct unwound w = {.pcs = pcs, .ret = ret};
	_Unwind_Backtrace(c_frame, &w);
	for (int i = 0; i < w.n; i++) {
		if (i == w.n - 1) {
			if (!w.cut)
				step_learn(pcs[i], STEP_END);
			break;
		}
		ptrdiff_t words = w.at[i + 1] - w.at[i];
		/* Behind a signal's frame the next address stands in the saved registers. */
		bool plain = words > 0 && words < STEP_MAX && *w.at[i] == pcs[i] && *w.at[i + 1] == pcs[i + 1];
		step_learn(pcs[i], plain ? (uint64_t)words << 47 : STEP_VARIES);
	}
	if (w.n == 0)
		pcs[w.n++] = *ret; /* called from code without unwind tables */
	return w.n;
}

/* Where w is not NULL, the walk is written down there. */
static int c_frames(const uint64_t *ret, uint64_t *pcs, struct c_walk *w)
{
	const uint64_t *at = ret;
	for (uint32_t n = 0; n < C_FRAMES;) {
		uint64_t pc = *at, step = step_of(pc);
		if (step == 0)
			break;
		if (w != NULL)
			w->words[n] = pc << 16 | (uint64_t)(at - ret);
		pcs[n++] = pc;
		if (step & STEP_END) {
			if (w != NULL) {
				w->ret = ret;
				w->n = n;
			}
			return (int)n;
		}
		at += step >> 47 & (STEP_MAX * 2 - 1);
	}
	return c_frames_unwound(ret, pcs);
}

static uint32_t stack_write(enum stream_hook hook, const uint64_t *pcs, int c, int go)
{
	uint64_t bytes = sizeof(struct stream_stack) + (uint64_t)(c + go) * 8;
	uint64_t at = __atomic_load_n(&stream->stacks_used, __ATOMIC_RELAXED);
	do {
		if (bytes > stream->stacks_bytes - at) {
			COUNT(lost_stacks);
			return 0;
		}
	} while (!__atomic_compare_exchange_n(&stream->stacks_used, &at, at + bytes, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	struct stream_stack *s = (struct stream_stack *)((char *)stream + stream->stacks_at + at);
	s->c_frames = (uint16_t)c;
	s->go_frames = (uint16_t)go;
	s->hook = hook;
	memcpy(s + 1, pcs, (size_t)(c + go) * 8);
	modules_cover(pcs, c);
	return (uint32_t)(at / 8);
}

/* The name of the stack that has these C frames, and above them those of Go that come to that hash. A collision of 64-bit
 * hashes would merge two stacks; with the 2^16 stacks that are kept, one run in eight thousand million has one. */
static uint32_t stack_find(enum stream_hook hook, uint64_t *pcs, int c, uint64_t go)
{
	struct go_place from;
	uint64_t hash = hash_words(go ^ ((uint64_t)hook << 32 | (uint64_t)c), pcs, c) | 1;
	for (size_t i = 0; i < INDEX_TRIED; i++) {
		size_t at = (hash >> (64 - INDEX_BITS) ^ i) & ((1u << INDEX_BITS) - 1);
		uint64_t seen = __atomic_load_n(&stack_index[at].hash, __ATOMIC_RELAXED);
		uint32_t name = seen == hash ? __atomic_load_n(&stack_index[at].name, __ATOMIC_ACQUIRE) : 0;
		if (name != 0)
			return name;
		bool ours = seen == 0 && __atomic_compare_exchange_n(&stack_index[at].hash, &seen, hash, false,
		                                                     __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
		if (!ours && seen != hash)
			continue;
		/* Where another thread is writing it, or found no room, a second copy does no harm. */
		name = stack_write(hook, pcs, c, go_place(&from) ? go_frames(&from, pcs + c, NULL) : 0);
		if (ours)
			__atomic_store_n(&stack_index[at].name, name, __ATOMIC_RELEASE);
		return name;
	}
	COUNT(lost_stacks);
	return 0;
}

/* w: where the C half is written down; NULL: nowhere. */
static __attribute__((noinline)) uint32_t stack_walk(enum stream_hook hook, const uint64_t *ret, uint64_t go, struct c_walk *w)
{
	uint64_t pcs[C_FRAMES + GO_FRAMES];
	int saved = errno, c = c_frames(ret, pcs, w);
	uint32_t name = stack_find(hook, pcs, c, go);
	errno = saved;
	return name;
}

static __attribute__((noinline)) uint32_t stack_walk_all(enum stream_hook hook, const uint64_t *ret)
{
	uint64_t pcs[GO_FRAMES];
	struct go_place from;
	uint64_t go = go_place(&from) ? hash_words(NO_GO, pcs, go_frames(&from, pcs, NULL)) : NO_GO;
	return stack_walk(hook, ret, go, NULL);
}

/* Names the stack that leads to the hook, without a walk where one that was made before still holds. */
static uint32_t stack_name(enum stream_hook hook, const uint64_t *ret)
{
	struct desk *d = desk_of_thread();
	if (d == NULL)
		return stack_walk_all(hook, ret);
	uint64_t go = go_hash(d);
	struct c_walk *w = &d->c[walk_place((uintptr_t)ret ^ *ret, go, C_WALK_BITS)];
	if (!c_walk_holds(w, hook, ret, go)) {
		w->ret = NULL;
		w->steps = __atomic_load_n(&steps_varied, __ATOMIC_RELAXED);
		w->hook = hook;
		w->go = go;
		w->name = stack_walk(hook, ret, go, w);
	}
	return w->name;
}

#endif
