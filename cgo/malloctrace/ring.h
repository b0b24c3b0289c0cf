/*
 * Appending to the ring: many writers, one reader, no lock. A writer claims a place by moving the head, writes the slot,
 * and publishes it by its sequence number; until then the reader waits at that place. Places are claimed in the order in
 * which blocks change hands, so the order of places is the order of life: a block's allocation stands before its free,
 * and both before the next allocation at that address.
 */
#ifndef INNARDS_RING_H
#define INNARDS_RING_H

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>

#include "stream.h"

static struct stream_header *stream; /* NULL: not traced */

#define COUNT(field) __atomic_fetch_add(&stream->field, 1, __ATOMIC_RELAXED)

/* The clock's last tick, which is some milliseconds old at most: verdicts look at tenths of seconds, and the exact time
 * would cost four times as much. Even so it is a call, and most events do without: see ring_time. */
static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Whether so many slots are free. */
static inline bool ring_has_room(uint64_t slots)
{
	/* The tail first: one that is read after the head may have passed it. */
	uint64_t tail = __atomic_load_n(&stream->tail, __ATOMIC_ACQUIRE);
	return __atomic_load_n(&stream->head, __ATOMIC_RELAXED) - tail < stream->slots - slots;
}

/* Frees may use more of the ring than allocations: an allocation that is missing is a smaller lie than a block that seems
 * never to be freed. The rest is for those who asked at the same time, each of whom takes one place: so nobody has to ask and
 * take in one. */
#define ROOM_FOR_ALLOC (stream->slots / 4)
#define ROOM_FOR_FREE (stream->slots / 16)

/* For those who have seen that there is room. */
static inline uint64_t ring_take(void) { return __atomic_fetch_add(&stream->head, 1, __ATOMIC_ACQ_REL); }

static inline bool ring_claim(uint64_t *place)
{
	if (!ring_has_room(ROOM_FOR_FREE))
		return false;
	*place = ring_take();
	return true;
}

static struct stream_slot *ring_slot(uint64_t place)
{
	return (struct stream_slot *)((char *)stream + stream->slots_at) + (place & (stream->slots - 1));
}

/* On its first way round the ring is not mapped page by page yet. To have many pages mapped at a time takes half of what faults
 * take. */
#define POPULATED 8192 /* slots */

static __attribute__((noinline)) void ring_populate(uint64_t place)
{
#ifdef MADV_POPULATE_WRITE
	int saved = errno;
	uint64_t n = stream->slots - place < POPULATED ? stream->slots - place : POPULATED;
	madvise(ring_slot(place), n * sizeof(struct stream_slot), MADV_POPULATE_WRITE); /* else by faults */
	errno = saved;
#endif
}

/* Whether an event tells the time. One that the reader waits for does, and one in so many; others have that of the one before,
 * so they are late by what happens between two looks of the reader at most. */
#define EVENTS_TIMED 16

static uint64_t ring_time(uint64_t place)
{
	bool waited_for = __atomic_load_n(&stream->tail, __ATOMIC_RELAXED) == place;
	return waited_for || place % EVENTS_TIMED == 0 ? now_ns() : 0;
}

/* The ring is larger than the caches, and the reader has been at its lines. They are asked for some events ahead: a store would
 * not wait for its line, but the next locked instruction, which may be the program's own, waits for all stores. */
#define SLOTS_AHEAD 16

static inline __attribute__((always_inline)) void ring_publish(uint64_t place, enum stream_kind kind, const void *addr, size_t size, uint32_t stack)
{
	struct stream_slot *s = ring_slot(place);
	if (place % POPULATED == 0 && place < stream->slots)
		ring_populate(place);
	__asm__ volatile("prefetchw %0" : : "m"(*ring_slot(place + SLOTS_AHEAD)));
	s->time = ring_time(place);
	s->addr = (uint64_t)(uintptr_t)addr;
	s->size_kind = (uint64_t)size << 8 | kind;
	s->stack = stack;
	__atomic_store_n(&s->seq, (uint32_t)(place + 1), __ATOMIC_RELEASE);
}

#endif
