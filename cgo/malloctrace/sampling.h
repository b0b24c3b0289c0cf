/*
 * Sampling by bytes. A thread counts allocated bytes down; the allocation that crosses zero is recorded and a new count
 * is drawn from an exponential distribution of the given mean. That has no memory, so a block of s bytes is recorded with
 * probability 1 - exp(-s/mean), whatever came before, and the reader multiplies by the inverse: sums over the samples are
 * unbiased, for every size and every call site.
 */
#ifndef INNARDS_SAMPLING_H
#define INNARDS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NEVER (INT64_MAX / 2)

struct thread {
	int64_t left;    /* bytes until the next sample; all threads start at 0 and so ask at once */
	uint64_t random; /* state of the generator; 0: not seeded */
	int busy;        /* inside the tracer: a nested call is passed on unrecorded */
	uintptr_t g0;    /* its goroutine for system stacks, once known to be one */
	struct {
		uintptr_t g, stack_lo, stack_hi;
	} seen[4]; /* goroutines whose memory is known to be readable */
};

static __thread struct thread thread __attribute__((tls_model("initial-exec")));

/* -ln of a uniform random number in (0, 1]. By hand, since a tracer that needs libm would put it into every target: with
 * m in [1, 2) and t = (m-1)/(m+1), ln m = 2(t + t³/3 + t⁵/5 + …); five terms leave an error below 2e-6. */
static double exponential(uint64_t *state)
{
	uint64_t x = *state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	double u = (double)((x * UINT64_C(0x2545f4914f6cdd1d) >> 11) + 1) * 0x1p-53;
	uint64_t bits;
	memcpy(&bits, &u, sizeof bits);
	int exponent = (int)(bits >> 52) - 1023;
	bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
	double m;
	memcpy(&m, &bits, sizeof m);
	double t = (m - 1) / (m + 1), t2 = t * t;
	double ln = 2 * t * (1 + t2 * (1.0 / 3 + t2 * (1.0 / 5 + t2 * (1.0 / 7 + t2 / 9))));
	return -(exponent * 0.6931471805599453 + ln);
}

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
			exponential(&thread.random); /* the first outputs of near seeds are near */
		thread.left = (int64_t)(exponential(&thread.random) * (double)period) + 1;
		if (size <= INT64_MAX && (thread.left -= (int64_t)size) > 0)
			return false;
	}
	thread.left = (int64_t)(exponential(&thread.random) * (double)period) + 1;
	return true;
}

#endif
