/*
 * Walks that were made before. A place that allocates does so again and again with the same stack, so the last walks are kept:
 * the words that a walk has read, where they stood, and what came of it. If all of them still hold what they held, and
 * no place has turned out since to have frames of several sizes, the walk would come to the same end, and need not be made.
 *
 * The words are compared in the order in which they were read. So each address that is looked at is one that the walk would
 * look at too: nothing is read that it would not read. But the comparisons do not wait for each other, as the steps of a walk
 * do, and there is nothing to look up and to hash.
 *
 *     C half    return address, words read, what the Go half came to  ─►  name of the stack
 *     Go half   goroutine, where its walk begins, words read          ─►  hash of its addresses
 *
 * Each thread has a desk of its own for them, so that there is nothing to lock. A thread's successor at the same address
 * takes over its desk. One that finds none left walks.
 */
#ifndef INNARDS_RECALL_H
#define INNARDS_RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "sampling.h"

#define DESKS 64
#define C_FRAMES 48
#define GO_FRAMES 64
#define GO_WORDS (2 * GO_FRAMES + 64)
#define C_WALK_BITS 6
#define GO_WALK_BITS 3

struct c_walk {
	const uint64_t *ret; /* NULL: none */
	uint64_t go;         /* the Go half's hash */
	uint32_t hook, name;
	uint32_t steps; /* steps_varied when it began */
	uint32_t n;
	uint64_t words[C_FRAMES]; /* return address << 16 | how many words above ret it stands */
} __attribute__((aligned(64)));

/* Where a walk along a goroutine begins. */
struct go_place {
	uintptr_t g, lo, hi;
	uint64_t sp, pc, bp, marker;
};

struct go_walk {
	struct go_place from; /* g 0: none */
	uint64_t hash;
	uint32_t n;
	struct {
		const uint64_t *at;
		uint64_t value;
	} words[GO_WORDS];
};

static struct desk {
	struct thread *owner;
	struct c_walk c[1 << C_WALK_BITS];
	struct go_walk go[1 << GO_WALK_BITS];
} desks[DESKS], no_desk;

/* How many places in the code were found to have frames of several sizes after walks had gone by one. */
static uint32_t steps_varied;

static __attribute__((noinline)) struct desk *desk_take(void)
{
	for (int i = 0; i < DESKS; i++) {
		struct thread *owner = __atomic_load_n(&desks[i].owner, __ATOMIC_RELAXED);
		if (owner == &thread || (owner == NULL && __atomic_compare_exchange_n(&desks[i].owner, &owner, &thread, false,
		                                                                      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
			return &desks[i];
		if (owner == NULL)
			break;
	}
	return &no_desk;
}

/* NULL: there is none for this thread. */
static struct desk *desk_of_thread(void)
{
	if (thread.desk == NULL)
		thread.desk = desk_take();
	return thread.desk == &no_desk ? NULL : thread.desk;
}

static uint32_t walk_place(uint64_t a, uint64_t b, int bits)
{
	return (uint32_t)((a ^ b * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

static bool c_walk_holds(const struct c_walk *w, uint32_t hook, const uint64_t *ret, uint64_t go)
{
	if (w->ret != ret || w->go != go || w->hook != hook || w->steps != __atomic_load_n(&steps_varied, __ATOMIC_RELAXED))
		return false;
	for (uint32_t i = 0; i < w->n; i++)
		if (ret[w->words[i] & 0xffff] != w->words[i] >> 16)
			return false;
	return true;
}

static bool go_walk_holds(const struct go_walk *w, const struct go_place *from)
{
	const struct go_place *f = &w->from;
	if (f->g != from->g || f->lo != from->lo || f->hi != from->hi || f->sp != from->sp || f->pc != from->pc ||
	    f->bp != from->bp || f->marker != from->marker)
		return false;
	for (uint32_t i = 0; i < w->n; i++)
		if (*w->words[i].at != w->words[i].value)
			return false;
	return true;
}

#endif
