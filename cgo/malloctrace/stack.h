/*
 * Stacks, C and Go joined, each kept once. A program allocates from few places, so an event names its stack by a number,
 * and a stack is written out only when it is seen for the first time.
 */
#ifndef INNARDS_STACK_H
#define INNARDS_STACK_H

#include <stdbool.h>
#include <string.h>
#include <unwind.h>

#include "gostack.h"
#include "modules.h"
#include "ring.h"

#define C_FRAMES 48
#define GO_FRAMES 64
#define INDEX_BITS 16
#define INDEX_TRIED 32

static struct {
	uint64_t hash; /* 0: empty */
	uint32_t name; /* 0: still being written */
} stack_index[1u << INDEX_BITS];

struct c_walk {
	uint64_t *pcs;
	int n;
	uintptr_t caller; /* return address of the hook: all before it are frames of the tracer */
	bool outside;
};

static _Unwind_Reason_Code c_frame(struct _Unwind_Context *context, void *arg)
{
	struct c_walk *w = arg;
	uintptr_t pc = _Unwind_GetIP(context);
	if (pc == 0 || w->n == C_FRAMES)
		return _URC_END_OF_STACK;
	if (pc == w->caller)
		w->outside = true;
	if (w->outside)
		w->pcs[w->n++] = pc;
	return _URC_NO_REASON;
}

static uint64_t hash_words(uint64_t h, const uint64_t *words, int n)
{
	for (int i = 0; i < n; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
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

/* Names the stack that leads to the hook. A collision of 64-bit hashes would merge two stacks; with the 2^16 stacks that
 * are kept, one run in eight thousand million has one. */
static uint32_t stack_name(enum stream_hook hook, void *caller)
{
	uint64_t pcs[C_FRAMES + GO_FRAMES];
	struct c_walk w = {.pcs = pcs, .caller = (uintptr_t)caller};
	_Unwind_Backtrace(c_frame, &w);
	if (w.n == 0)
		pcs[w.n++] = (uintptr_t)caller; /* called from code without unwind tables */
	int go = go_frames(pcs + w.n, GO_FRAMES);
	uint64_t hash = hash_words(((uint64_t)hook << 32 | (uint64_t)w.n) + 1, pcs, w.n + go) | 1;
	for (size_t i = 0; i < INDEX_TRIED; i++) {
		size_t at = (hash >> (64 - INDEX_BITS) ^ i) & ((1u << INDEX_BITS) - 1);
		uint64_t seen = __atomic_load_n(&stack_index[at].hash, __ATOMIC_RELAXED);
		if (seen == 0 && __atomic_compare_exchange_n(&stack_index[at].hash, &seen, hash, false, __ATOMIC_ACQ_REL,
		                                             __ATOMIC_RELAXED)) {
			uint32_t name = stack_write(hook, pcs, w.n, go);
			__atomic_store_n(&stack_index[at].name, name, __ATOMIC_RELEASE);
			return name;
		}
		if (seen == hash) {
			uint32_t name = __atomic_load_n(&stack_index[at].name, __ATOMIC_ACQUIRE);
			/* Another thread is writing it, or it found no room: a second copy does no harm. */
			return name ? name : stack_write(hook, pcs, w.n, go);
		}
	}
	COUNT(lost_stacks);
	return 0;
}

#endif
