/*
 * Walks that were made before. A place that allocates does so again and again with the same stack, so the last walks are kept:
 * every word that a walk has read, with its address, and the name of the stack that came of it. If all of them still hold what
 * they held, and no place has turned out since to have frames of several sizes, the walk would come to the same end, and need
 * not be made.
 *
 * The words are compared in the order in which they were read. So each address that is looked at is one that the walk would
 * look at too: nothing is read that it would not read. But the comparisons do not wait for each other, as the steps of a walk
 * do, and there is nothing to look up and to hash.
 */
#ifndef INNARDS_RECALL_H
#define INNARDS_RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "sampling.h"

#define WALKS_BITS 8
#define WALK_WORDS 240

static struct walk {
	uint32_t lock; /* never waited for: whoever finds it taken walks */
	uint32_t n;    /* WALK_WORDS: not to be recalled */
	uint32_t name; /* 0: none */
	uint32_t hook;
	uint32_t steps; /* steps_varied when it began */
	const uint64_t *ret;
	const struct thread *thread;
	struct {
		const uint64_t *at;
		uint64_t value;
	} words[WALK_WORDS];
} walks[1u << WALKS_BITS];

/* How many places in the code were found to have frames of several sizes after walks had gone by one. */
static uint32_t steps_varied;

/* The walk that this thread writes down, counted from 1, is thread.walk. */
static void walk_note(const uint64_t *at, uint64_t value)
{
	if (thread.walk == 0)
		return;
	struct walk *w = &walks[thread.walk - 1];
	if (w->n < WALK_WORDS) {
		w->words[w->n].at = at;
		w->words[w->n++].value = value;
	}
}

/* The walk under way reads what is not written down. */
static void walk_forget(void)
{
	if (thread.walk != 0)
		walks[thread.walk - 1].n = WALK_WORDS;
}

static uint32_t walk_place(const uint64_t *ret)
{
	uint64_t key = (uintptr_t)ret ^ *ret * UINT64_C(0x9e3779b97f4a7c15) ^ (uintptr_t)&thread << 7;
	return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - WALKS_BITS));
}

static bool walk_holds(const struct walk *w, uint32_t hook, const uint64_t *ret)
{
	if (w->name == 0 || w->ret != ret || w->thread != &thread || w->hook != hook ||
	    w->steps != __atomic_load_n(&steps_varied, __ATOMIC_RELAXED))
		return false;
	for (uint32_t i = 0; i < w->n; i++)
		if (*w->words[i].at != w->words[i].value)
			return false;
	return true;
}

#endif
