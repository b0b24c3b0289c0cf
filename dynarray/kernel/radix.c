// Sorting: the runs that are there, then radix sort.

#include "kernel.h"
#include "sort.h"

#include <stdlib.h>
#include <string.h>

// SCRATCH is the most memory, in bytes, that sorting takes besides the array: above it arrays are first divided in place.
#define SCRATCH ((size_t)64 << 20)
// STACK is how much of it comes from the stack.
#define STACK 4096
// SMALL is up to how many keys insertion sort is the fastest.
#define SMALL 20

// WIDEST is the widest digit, in bits: its counters take 8 KiB of the stack, and the cache can have about as many places to
// write to open.
#define WIDEST 11

// digit_of is how many bits of the keys to deal n of them out by: such that most buckets get one at most, or, where that is more
// than the cache can have open at a time, such that it takes as few rounds of digits as even as they can be.
static int digit_of(size_t n) {
	int bits = 64 - __builtin_clzll(n);
	int rounds = (bits + WIDEST - 1) / WIDEST;
	return (bits + rounds - 1) / rounds;
}

#define KEY uint16_t
#define WIDTH 16
#define LEADING(x) (__builtin_clz(x) - 16)
#include "radix.h"
#undef KEY
#undef WIDTH
#undef LEADING

#define KEY uint32_t
#define WIDTH 32
#define LEADING(x) __builtin_clz(x)
#include "radix.h"
#undef KEY
#undef WIDTH
#undef LEADING

#define KEY uint64_t
#define WIDTH 64
#define LEADING(x) __builtin_clzll(x)
#include "radix.h"

void sort_signed(int64_t *a, size_t n) {
	uint64_t few[STACK / sizeof(uint64_t)];
	turn_uint64_t((uint64_t *)a, n, 0);
	flag_uint64_t((uint64_t *)a, n, few, STACK / sizeof(uint64_t));
	turn_uint64_t((uint64_t *)a, n, 0);
}

// sort_as sorts keys of a kind as those without a sign.
#define SORT_AS(U) \
	static int sort_as_##U(int kind, U *a, size_t n) { \
		int floats = kind == F32 || kind == F64, has_sign = floats || kind == I16 || kind == I32 || kind == I64; \
		if (floats) \
			turn_##U(a, n, 1); \
		if (has_sign) \
			turn_##U(a, n, 0); \
		int ok = sort_##U(a, n); \
		if (has_sign) \
			turn_##U(a, n, 0); \
		if (floats) \
			turn_##U(a, n, 1); \
		return ok; \
	}

SORT_AS(uint16_t)
SORT_AS(uint32_t)
SORT_AS(uint64_t)

// sort_64 has a quicksort for keys with a sign, where the processor has it.
static int sort_64(int kind, uint64_t *a, size_t n) {
	if (!quick_works())
		return sort_as_uint64_t(kind, a, n);
	if (kind != I64)
		turn_uint64_t(a, n, kind == F64);
	sort_quick((int64_t *)a, n);
	if (kind != I64)
		turn_uint64_t(a, n, kind == F64);
	return 1;
}

// Bytes are counted and written again.
static void sort_bytes(unsigned char *p, size_t n, unsigned char sign) {
	size_t count[256] = {0};
	for (size_t i = 0; i < n; i++)
		count[p[i] ^ sign]++;
	for (int v = 0; v < 256; v++) {
		memset(p, v ^ sign, count[v]);
		p += count[v];
	}
}

// falls counts the elements that come before the one in front of them, as slices.Sort has it: NaN comes before all
// numbers. So do NaN's comparisons the right thing for integers, of which none differs from itself.
#define RUNS_OF(T, U) \
	CLONES static size_t falls_##T(const T *p, size_t n, int up) { \
		U falls = 0; \
		if (up) \
			for (size_t i = 1; i < n; i++) \
				falls += (p[i] < p[i - 1]) | ((p[i] != p[i]) & (p[i - 1] == p[i - 1])); \
		else \
			for (size_t i = 1; i < n; i++) \
				falls += (p[i - 1] < p[i]) | ((p[i - 1] != p[i - 1]) & (p[i] == p[i])); \
		return falls; \
	} \
	/* runs counts the ascending runs (descending ones if up is not set), until there are more than most. */ \
	static size_t runs_##T(const T *p, size_t n, int up, size_t *starts, size_t most) { \
		size_t runs = 1; \
		starts[0] = 0; \
		for (size_t i = 0; i + 1 < n; i += PIECE) { \
			size_t some = n - i < PIECE + 1 ? n - i : PIECE + 1; \
			if (falls_##T(p + i, some, up) == 0) \
				continue; \
			for (size_t j = 1; j < some; j++) \
				if (falls_##T(p + i + j - 1, 2, up)) { \
					if (runs == most) \
						return most + 1; \
					starts[runs++] = i + j; \
				} \
		} \
		return runs; \
	}

#define PIECE 128 // elements, so that falls fit a byte

RUNS_OF(int8_t, uint8_t)
RUNS_OF(uint8_t, uint8_t)
RUNS_OF(int16_t, uint16_t)
RUNS_OF(uint16_t, uint16_t)
RUNS_OF(int32_t, uint32_t)
RUNS_OF(uint32_t, uint32_t)
RUNS_OF(int64_t, uint64_t)
RUNS_OF(uint64_t, uint64_t)
RUNS_OF(float, uint32_t)
RUNS_OF(double, uint64_t)

static size_t runs_of(int kind, const void *p, size_t n, int up, size_t *starts, size_t most) {
	switch (kind) {
	case U8: return runs_uint8_t(p, n, up, starts, most);
	case I8: return runs_int8_t(p, n, up, starts, most);
	case U16: return runs_uint16_t(p, n, up, starts, most);
	case I16: return runs_int16_t(p, n, up, starts, most);
	case U32: return runs_uint32_t(p, n, up, starts, most);
	case I32: return runs_int32_t(p, n, up, starts, most);
	case U64: return runs_uint64_t(p, n, up, starts, most);
	case I64: return runs_int64_t(p, n, up, starts, most);
	case F32: return runs_float(p, n, up, starts, most);
	default: return runs_double(p, n, up, starts, most);
	}
}

static const unsigned char sizes[] = {[U8] = 1, [I8] = 1, [U16] = 2, [I16] = 2, [U32] = 4, [I32] = 4, [U64] = 8, [I64] = 8, [F32] = 4, [F64] = 8};

// NaNs without the sign bit come last by their bits, and go first.
#define FRONT_NANS(F) \
	static void front_nans_##F(F *p, size_t n) { \
		size_t nans = 0; \
		while (nans < n && p[n - 1 - nans] != p[n - 1 - nans]) \
			nans++; \
		if (nans == 0 || nans == n) \
			return; \
		kernel_reverse(sizeof *p, (unsigned char *)p, n - nans); \
		kernel_reverse(sizeof *p, (unsigned char *)(p + n - nans), nans); \
		kernel_reverse(sizeof *p, (unsigned char *)p, n); \
	}

FRONT_NANS(float)
FRONT_NANS(double)

int kernel_sort(int kind, unsigned char *p, size_t n, size_t *starts) {
	size_t most = n / 64 < RUNS ? n / 64 + 1 : RUNS; // short runs are not worth a merge
	size_t runs = runs_of(kind, p, n, 1, starts, most);
	if (runs > most && runs_of(kind, p, n, 0, starts, most) <= most) {
		kernel_reverse(sizes[kind], p, n);
		runs = runs_of(kind, p, n, 1, starts, most);
	}
	if (runs == 1)
		return SORTED;
	if (runs <= most)
		return (int)runs;
	int ok = 1;
	switch (kind) {
	case U8: sort_bytes(p, n, 0); break;
	case I8: sort_bytes(p, n, 0x80); break;
	case U16: case I16: ok = sort_as_uint16_t(kind, (uint16_t *)p, n); break;
	case U32: case I32: ok = sort_as_uint32_t(kind, (uint32_t *)p, n); break;
	case U64: case I64: ok = sort_64(kind, (uint64_t *)p, n); break;
	case F32:
		ok = sort_as_uint32_t(kind, (uint32_t *)p, n);
		front_nans_float((float *)p, n);
		break;
	default:
		ok = sort_64(kind, (uint64_t *)p, n);
		front_nans_double((double *)p, n);
	}
	return ok ? SORTED : NO_MEMORY;
}
