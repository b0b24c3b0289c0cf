/*
 * Appending to the ring: many writers, one reader, no lock. A writer claims a place by moving the head, writes the slot,
 * and publishes it by its sequence number; until then the reader waits at that place. Places are claimed in the order in
 * which blocks change hands, so the order of places is the order of life: a block's allocation stands before its free,
 * and both before the next allocation at that address.
 */
#ifndef INNARDS_RING_H
#define INNARDS_RING_H

#include <stdbool.h>
#include <time.h>

#include "stream.h"

static struct stream_header *stream; /* NULL: not traced */

#define COUNT(field) __atomic_fetch_add(&stream->field, 1, __ATOMIC_RELAXED)

/* The clock's last tick, which is some milliseconds old at most: verdicts look at tenths of seconds, and the exact time
 * would cost four times as much. */
static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Frees may use the whole ring, allocations stop at three quarters: an allocation that is missing is a smaller lie than a
 * block that seems never to be freed. */
static bool ring_has_room(void)
{
	/* The tail first: one that is read after the head may have passed it. */
	uint64_t tail = __atomic_load_n(&stream->tail, __ATOMIC_ACQUIRE);
	return __atomic_load_n(&stream->head, __ATOMIC_RELAXED) - tail < stream->slots - stream->slots / 4;
}

static bool ring_claim(uint64_t *place)
{
	uint64_t head, tail;
	do {
		tail = __atomic_load_n(&stream->tail, __ATOMIC_ACQUIRE);
		head = __atomic_load_n(&stream->head, __ATOMIC_RELAXED);
		if (head - tail >= stream->slots)
			return false;
	} while (!__atomic_compare_exchange_n(&stream->head, &head, head + 1, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	*place = head;
	return true;
}

static void ring_publish(uint64_t place, enum stream_kind kind, const void *addr, size_t size, uint32_t stack)
{
	struct stream_slot *slots = (struct stream_slot *)((char *)stream + stream->slots_at);
	struct stream_slot *s = &slots[place & (stream->slots - 1)];
	s->time = now_ns();
	s->addr = (uint64_t)(uintptr_t)addr;
	s->size = size;
	s->stack = stack;
	s->kind = kind;
	__atomic_store_n(&s->seq, place + 1, __ATOMIC_RELEASE);
}

#endif
