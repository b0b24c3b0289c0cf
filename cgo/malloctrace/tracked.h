/*
 * The addresses of recorded blocks that are still alive. free() asks for every block whether it is one of them, and for
 * nearly every block the answer is no, so the no must cost next to nothing: one counter for each kibibyte of address
 * space (folded onto a table) says how many recorded blocks lie there. Neighbouring blocks share a counter, so a program's
 * working set touches few of them. Only where the counter is not 0 is the set itself searched.
 *
 * The set is a hash table of lines of eight addresses, one cache line each. An address lies in one of the LINES_TRIED lines
 * after its hash, in any place; so a deletion simply empties the place, and a search looks through all of them.
 */
#ifndef INNARDS_TRACKED_H
#define INNARDS_TRACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_BITS 18
#define LINE_BITS 18
#define LINE_SLOTS 8
#define LINES_TRIED 8

static uint32_t filter[1u << FILTER_BITS];
static _Alignas(64) uintptr_t tracked[1u << LINE_BITS][LINE_SLOTS];

static uint32_t *filter_of(const void *p)
{
	return &filter[((uintptr_t)p >> 10) & ((1u << FILTER_BITS) - 1)];
}

static inline bool maybe_tracked(const void *p)
{
	return __atomic_load_n(filter_of(p), __ATOMIC_RELAXED) != 0;
}

static uintptr_t *tracked_place(uintptr_t addr, int i)
{
	size_t line = (size_t)((addr >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - LINE_BITS)) + (size_t)(i / LINE_SLOTS);
	return &tracked[line & ((1u << LINE_BITS) - 1)][i % LINE_SLOTS];
}

static bool tracked_insert(const void *p)
{
	for (int i = 0; i < LINES_TRIED * LINE_SLOTS; i++) {
		uintptr_t *place = tracked_place((uintptr_t)p, i), empty = 0;
		if (*place == 0 &&
		    __atomic_compare_exchange_n(place, &empty, (uintptr_t)p, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
			__atomic_fetch_add(filter_of(p), 1, __ATOMIC_RELEASE);
			return true;
		}
	}
	return false;
}

/* Of several threads that free the same block, one takes it out: a double free makes one event. */
static bool tracked_remove(const void *p)
{
	if (p == NULL)
		return false;
	for (int i = 0; i < LINES_TRIED * LINE_SLOTS; i++) {
		uintptr_t *place = tracked_place((uintptr_t)p, i), addr = (uintptr_t)p;
		if (*place == addr &&
		    __atomic_compare_exchange_n(place, &addr, 0, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			__atomic_fetch_sub(filter_of(p), 1, __ATOMIC_RELEASE);
			return true;
		}
	}
	return false;
}

#endif
