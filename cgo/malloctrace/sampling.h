/*
 * Sampling by bytes. Some bytes of all that a thread allocates are sample points, and a block that has one is recorded. From
 * one to the next it is a distance drawn anew each time, uniformly from half the period to one and a half; the first is drawn
 * so that every byte is one with the same probability, 1/period. A block of s bytes is then recorded with
 *
 *     s / period                                s up to half the period: never two in one block
 *     1 - (1.5 - s / period)^2 / 2              up to one and a half
 *     1                                         above
 *
 * whatever the program does, and the reader multiplies by the inverse: sums over the samples are unbiased, for every size
 * and every call site. Distances that differ less than those of independent points (exponential ones) make the number
 * of samples of a site that takes most of a thread's bytes vary less: by a twelfth of the variance. For one that takes a
 * small part it varies as before. They are as wide as the period, so that modulo the period each point is
 * independent of the one before: a program that repeats itself every so many bytes is not in step with them.
 */
#ifndef INNARDS_SAMPLING_H
#define INNARDS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEVER (INT64_MAX / 2)

struct thread {
	int64_t left;    /* bytes until the next sample; all threads start at 0 and so ask at once */
	uint64_t random; /* state of the generator; 0: not seeded */
	int busy;        /* inside the tracer: a nested call is passed on unrecorded */
	uintptr_t g0;    /* its goroutine for system stacks, once known to be one */
	struct {
		uintptr_t g, stack_lo, stack_hi;
	} seen[4];         /* goroutines whose memory is known to be readable */
	struct desk *desk; /* where its walks are kept: see recall.h */
	struct {
		uintptr_t m, g;
		uint64_t calls, sp, hash;
	} call; /* the call of C that is under way: see gostack.h */
};

static __thread struct thread thread __attribute__((tls_model("initial-exec")));

/* A random number below n. */
static uint64_t below(uint64_t *state, uint64_t n)
{
	uint64_t x = *state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return (uint64_t)((unsigned __int128)(x * UINT64_C(0x2545f4914f6cdd1d)) * n >> 64);
}

/* How far it is to the first sample point from a byte that knows nothing of those before: as likely anywhere in the first
 * half of a period as behind it, where it gets ever less likely. */
static int64_t first_distance(uint64_t *state, uint64_t period)
{
	uint64_t a = below(state, period), b = below(state, period);
	if (below(state, 2) == 0)
		return (int64_t)(a / 2) + 1;
	return (int64_t)(period / 2 + (a < b ? a : b)) + 1;
}

#define POINTS_COUNTED 64 /* beyond so many in one block, where the next one lies has nothing to do with the first */

/* Says whether the allocation that used up the count is recorded, and sets the next count. */
static bool sampled(uint64_t period, uint64_t seed, size_t size)
{
	if (period <= 1) {
		thread.left = 0;
		return true;
	}
	if (thread.random == 0) {
		thread.random = (seed ^ (uintptr_t)&thread * UINT64_C(0x9e3779b97f4a7c15)) | 1;
		for (int i = 0; i < 8; i++)
			below(&thread.random, 1); /* the first outputs of near seeds are near */
		thread.left = first_distance(&thread.random, period);
		if (size <= INT64_MAX && (thread.left -= (int64_t)size) > 0)
			return false;
	}
	if ((uint64_t)-thread.left / period >= POINTS_COUNTED)
		thread.left = first_distance(&thread.random, period);
	while (thread.left <= 0)
		thread.left += (int64_t)(period / 2 + below(&thread.random, period)) + 1;
	return true;
}

#endif
