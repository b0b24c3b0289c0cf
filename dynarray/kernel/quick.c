// Quicksort of 64-bit keys by AVX-512: eight keys are compared with the pivot, and packed to either side, at a time; what is
// left are pieces of 64, which a network sorts in eight registers.

#include "kernel.h"
#include "sort.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f")))
#define AVX512_INLINE __attribute__((target("avx512f"), always_inline)) static inline

#define CELLS 64 // of the network: eight rows of eight lanes

#define SWAP(i, j) \
	do { \
		__m512i low = _mm512_min_epi64(r[i], r[j]); \
		r[j] = _mm512_max_epi64(r[i], r[j]); \
		r[i] = low; \
	} while (0)

// exchange compares each key of x with its partner; the lanes of the mask upper keep the greater one.
AVX512_INLINE __m512i exchange(__m512i x, __m512i partner, __mmask8 upper) {
	return _mm512_mask_max_epi64(_mm512_min_epi64(x, partner), upper, x, partner);
}

// merge makes one sorted run of each two neighbours, each so many lanes wide: bitonic merge. Within a run the order is down
// the rows of a lane, then on in the next lane. turn reverses the lanes of two runs, upper has those of the second run.
AVX512_INLINE void merge(__m512i r[8], int lanes, __m512i turn, __mmask8 upper) {
	const __m512i by2 = _mm512_setr_epi64(2, 3, 0, 1, 6, 7, 4, 5), by1 = _mm512_setr_epi64(1, 0, 3, 2, 5, 4, 7, 6);
	for (int i = 0; i < 4; i++) {
		__m512i a = _mm512_permutexvar_epi64(turn, r[7 - i]), b = _mm512_permutexvar_epi64(turn, r[i]);
		r[i] = exchange(r[i], a, upper);
		r[7 - i] = exchange(r[7 - i], b, upper);
	}
	for (int i = 0; i < 8 && lanes >= 4; i++)
		r[i] = exchange(r[i], _mm512_permutexvar_epi64(by2, r[i]), 0xcc);
	for (int i = 0; i < 8 && lanes >= 2; i++)
		r[i] = exchange(r[i], _mm512_permutexvar_epi64(by1, r[i]), 0xaa);
	SWAP(0, 4); SWAP(1, 5); SWAP(2, 6); SWAP(3, 7);
	SWAP(0, 2); SWAP(1, 3); SWAP(4, 6); SWAP(5, 7);
	SWAP(0, 1); SWAP(2, 3); SWAP(4, 5); SWAP(6, 7);
}

AVX512_INLINE void transpose(__m512i r[8]) {
	__m512i t[8], u[8];
	for (int i = 0; i < 4; i++) {
		t[i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);
		t[4 + i] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]);
	}
	for (int i = 0; i < 8; i += 2) { // pairs of keys are now to be transposed, four by four
		u[i] = _mm512_shuffle_i64x2(t[i], t[i + 1], 0x44);
		u[i + 1] = _mm512_shuffle_i64x2(t[i], t[i + 1], 0xee);
	}
	for (int i = 0; i < 2; i++) {
		r[i] = _mm512_shuffle_i64x2(u[4 * i], u[4 * i + 2], 0x88);
		r[2 + i] = _mm512_shuffle_i64x2(u[4 * i], u[4 * i + 2], 0xdd);
		r[4 + i] = _mm512_shuffle_i64x2(u[4 * i + 1], u[4 * i + 3], 0x88);
		r[6 + i] = _mm512_shuffle_i64x2(u[4 * i + 1], u[4 * i + 3], 0xdd);
	}
}

// network sorts up to CELLS keys: the lanes by a network of 19 exchanges down the rows, then runs of 1, 2 and 4 lanes are
// merged. Cells without a key have the greatest one.
AVX512 static void network(int64_t *a, size_t n) {
	__m512i r[8];
	__mmask8 have[8];
	for (size_t i = 0; i < 8; i++) {
		size_t rest = n > 8 * i ? n - 8 * i : 0;
		have[i] = (__mmask8)(rest >= 8 ? 0xff : (1u << rest) - 1);
		r[i] = _mm512_mask_loadu_epi64(_mm512_set1_epi64(INT64_MAX), have[i], a + 8 * i);
	}
	SWAP(0, 2); SWAP(1, 3); SWAP(4, 6); SWAP(5, 7);
	SWAP(0, 4); SWAP(1, 5); SWAP(2, 6); SWAP(3, 7);
	SWAP(0, 1); SWAP(2, 3); SWAP(4, 5); SWAP(6, 7);
	SWAP(2, 4); SWAP(3, 5);
	SWAP(1, 4); SWAP(3, 6);
	SWAP(1, 2); SWAP(3, 4); SWAP(5, 6);
	merge(r, 1, _mm512_setr_epi64(1, 0, 3, 2, 5, 4, 7, 6), 0xaa);
	merge(r, 2, _mm512_setr_epi64(3, 2, 1, 0, 7, 6, 5, 4), 0xcc);
	merge(r, 4, _mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), 0xf0);
	transpose(r);
	for (size_t i = 0; i < 8; i++)
		_mm512_mask_storeu_epi64(a + 8 * i, have[i], r[i]);
}

// RIGHT are the keys for the right: those not less than the pivot or, if beyond is set, those greater.
#define RIGHT(v) (beyond ? _mm512_cmpgt_epi64_mask(v, pivots) : _mm512_cmpge_epi64_mask(v, pivots))

// PACK makes one vector of v, with the keys for the left in front, and writes it whole to both ends of the gap; the next one
// goes over what is too much. Packing straight to memory would write no more than it must, but takes some 140 cycles on Zen 4.
#define PACK(v) \
	do { \
		__mmask8 right = RIGHT(v); \
		unsigned count = (unsigned)__builtin_popcount(right); \
		__m512i packed = _mm512_mask_expand_epi64(_mm512_maskz_compress_epi64((__mmask8)~right, v), \
			(__mmask8)(0xff00u >> count), _mm512_maskz_compress_epi64(right, v)); \
		_mm512_storeu_si512(low, packed); \
		_mm512_storeu_si512(high - 8, packed); \
		low += 8 - count; \
		high -= count; \
	} while (0)

#define STRIDE 32 // keys: the side to read from is hard to foretell, and so is not asked for each vector

// partition brings the keys for the left to the front, in place, and returns how many they are. It needs at least two
// strides. The gap between what was written, [a, low) and [high, a+n), and what is still to be read, [left, right), begins
// as two strides that are put aside; read from the side that has the less of it, and both have room for one stride.
AVX512_INLINE size_t partition(int64_t *a, size_t n, int64_t pivot, int beyond) {
	const __m512i pivots = _mm512_set1_epi64(pivot);
	int64_t aside[3 * STRIDE], *low = a, *high = a + n, *left = a + STRIDE, *right = a + n - STRIDE;
	memcpy(aside, a, STRIDE * sizeof *a);
	memcpy(aside + STRIDE, right, STRIDE * sizeof *a);
	while (right - left >= STRIDE) {
		const int64_t *from;
		if (left - low <= high - right) {
			from = left;
			left += STRIDE;
		} else {
			right -= STRIDE;
			from = right;
		}
		__m512i v0 = _mm512_loadu_si512(from), v1 = _mm512_loadu_si512(from + 8);
		__m512i v2 = _mm512_loadu_si512(from + 16), v3 = _mm512_loadu_si512(from + 24);
		PACK(v0);
		PACK(v1);
		PACK(v2);
		PACK(v3);
	}
	size_t rest = (size_t)(right - left);
	memcpy(aside + 2 * STRIDE, left, rest * sizeof *a);
	rest += 2 * STRIDE;
	for (; rest % 8 != 0; rest--) {
		int64_t x = aside[rest - 1];
		if (beyond ? x > pivot : x >= pivot)
			*--high = x;
		else
			*low++ = x;
	}
	for (size_t i = 0; i < rest; i += 8) {
		__m512i v = _mm512_loadu_si512(aside + i);
		PACK(v);
	}
	return (size_t)(low - a);
}

// pivot_of is the median of a sample of 64 keys, or of 8 where that would take longer than the partition.
AVX512 static int64_t pivot_of(const int64_t *a, size_t n) {
	int64_t sample[CELLS];
	size_t keys = n < 1024 ? 8 : CELLS, step = n / keys;
	for (size_t i = 0; i < keys; i++)
		sample[i] = a[i * step + step / 2];
	network(sample, keys);
	return sample[keys / 2];
}

// quick leaves keys that resist, as its caller has given it so many rounds, to radix sort.
AVX512 static void quick(int64_t *a, size_t n, int rounds) {
	while (n > CELLS) {
		if (rounds-- == 0) {
			sort_signed(a, n);
			return;
		}
		int64_t pivot = pivot_of(a, n);
		size_t left = partition(a, n, pivot, 0);
		if (left == 0) { // the pivot is the least key: all that equal it are in their place
			left = partition(a, n, pivot, 1);
			a += left;
			n -= left;
			continue;
		}
		if (left < n - left) {
			quick(a, left, rounds);
			a += left;
			n -= left;
		} else {
			quick(a + left, n - left, rounds);
			n = left;
		}
	}
	network(a, n);
}

int quick_works(void) { return __builtin_cpu_supports("avx512f") != 0; }

void sort_quick(int64_t *a, size_t n) { quick(a, n, 2 * (64 - __builtin_clzll(n))); }

#else

int quick_works(void) { return 0; }

void sort_quick(int64_t *a, size_t n) { sort_signed(a, n); }

#endif
