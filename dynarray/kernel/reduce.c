// Sums and extremes.

#include "kernel.h"

#include <string.h>

// The sum of integers wraps around, and is the same bits whether they have a sign or not.
#define SUM(U) \
	CLONES static U sum_##U(const U *p, size_t n) { \
		U sum = 0; \
		for (size_t i = 0; i < n; i++) \
			sum += p[i]; \
		return sum; \
	}

SUM(uint8_t)
SUM(uint16_t)
SUM(uint32_t)
SUM(uint64_t)

// A chain of additions waits for each one before: four vectors hide that. The 32 partial sums, and the order in which they
// are added, are lanes.go's too: the last bit is the same on every machine.
#define LANES 32

typedef double f64x8 __attribute__((vector_size(64), aligned(8), may_alias));
typedef float f32x8 __attribute__((vector_size(32), aligned(4), may_alias));

#define SUM_FLOAT(F, V) \
	CLONES static F sum_##F(const F *p, size_t n) { \
		V a = {0}, b = {0}, c = {0}, d = {0}; \
		size_t i = 0; \
		for (; i + LANES <= n; i += LANES) { \
			const V *v = (const V *)(p + i); \
			a += v[0]; \
			b += v[1]; \
			c += v[2]; \
			d += v[3]; \
		} \
		F lane[LANES]; \
		memcpy(lane, &a, sizeof a); \
		memcpy(lane + 8, &b, sizeof b); \
		memcpy(lane + 16, &c, sizeof c); \
		memcpy(lane + 24, &d, sizeof d); \
		for (size_t j = 0; i + j < n; j++) \
			lane[j] += p[i + j]; \
		for (size_t half = LANES / 2; half > 0; half /= 2) \
			for (size_t j = 0; j < half; j++) \
				lane[j] += lane[j + half]; \
		return lane[0]; \
	}

SUM_FLOAT(double, f64x8)
SUM_FLOAT(float, f32x8)

static uint64_t bits_double(double x) {
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static uint64_t bits_float(float x) {
	uint32_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

uint64_t kernel_sum(int kind, elements p, size_t n) {
	switch (kind) {
	case U8: case I8: return sum_uint8_t(p, n);
	case U16: case I16: return sum_uint16_t((const uint16_t *)p, n);
	case U32: case I32: return sum_uint32_t((const uint32_t *)p, n);
	case U64: case I64: return sum_uint64_t((const uint64_t *)p, n);
	case F32: return bits_float(sum_float((const float *)p, n));
	default: return bits_double(sum_double((const double *)p, n));
	}
}

#define EXTREME(T, name, OP) \
	CLONES static T name##_##T(const T *p, size_t n) { \
		T best = p[0]; \
		for (size_t i = 0; i < n; i++) \
			best = p[i] OP best ? p[i] : best; \
		return best; \
	}

#define EXTREMES(T) EXTREME(T, min, <) EXTREME(T, max, >)

EXTREMES(uint8_t)
EXTREMES(int8_t)
EXTREMES(uint16_t)
EXTREMES(int16_t)
EXTREMES(uint32_t)
EXTREMES(int32_t)
EXTREMES(uint64_t)
EXTREMES(int64_t)

// A comparison with NaN is false, so that NaNs are passed over and have to be counted beside. Zeros compare as equal: that
// the least of them is -0 is found by a second look, at arrays whose extreme is a zero. The compiler makes vectors of the
// inner loop; of vectors spelt out, 64 bytes wide, it made single elements, at nine times the time.
#define EXTREME_FLOAT(F, U, name, OP, wanted) \
	CLONES static F name##_##F(const F *p, size_t n) { \
		F best = p[0]; \
		U nan = 0; \
		size_t i = 0; \
		if (n >= LANES) { \
			F lane[LANES]; \
			U bad[LANES]; \
			for (size_t j = 0; j < LANES; j++) { \
				lane[j] = p[j]; \
				bad[j] = p[j] != p[j]; \
			} \
			for (i = LANES; i + LANES <= n; i += LANES) \
				for (size_t j = 0; j < LANES; j++) { \
					F x = p[i + j]; \
					lane[j] = x OP lane[j] ? x : lane[j]; \
					bad[j] |= x != x; \
				} \
			for (size_t j = 0; j < LANES; j++) { \
				best = lane[j] OP best ? lane[j] : best; \
				nan |= bad[j]; \
			} \
		} \
		for (; i < n; i++) { \
			best = p[i] OP best ? p[i] : best; \
			nan |= p[i] != p[i]; \
		} \
		if (nan) \
			return __builtin_nan(""); \
		if (best == 0) { \
			U found = 0; \
			for (i = 0; i < n; i++) { \
				U bits; \
				memcpy(&bits, p + i, sizeof bits); \
				found |= bits == (wanted); \
			} \
			best = found ? (name##_is_min ? -(F)0 : (F)0) : (name##_is_min ? (F)0 : -(F)0); \
		} \
		return best; \
	}

enum { min_is_min = 1, max_is_min = 0 };

EXTREME_FLOAT(double, uint64_t, min, <, (uint64_t)1 << 63)
EXTREME_FLOAT(double, uint64_t, max, >, (uint64_t)0)
EXTREME_FLOAT(float, uint32_t, min, <, (uint32_t)1 << 31)
EXTREME_FLOAT(float, uint32_t, max, >, (uint32_t)0)

#define EXTREME_OF(name) \
	uint64_t kernel_##name(int kind, elements p, size_t n) { \
		switch (kind) { \
		case U8: return name##_uint8_t(p, n); \
		case I8: return (uint64_t)name##_int8_t((const int8_t *)p, n); \
		case U16: return name##_uint16_t((const uint16_t *)p, n); \
		case I16: return (uint64_t)name##_int16_t((const int16_t *)p, n); \
		case U32: return name##_uint32_t((const uint32_t *)p, n); \
		case I32: return (uint64_t)name##_int32_t((const int32_t *)p, n); \
		case U64: return name##_uint64_t((const uint64_t *)p, n); \
		case I64: return (uint64_t)name##_int64_t((const int64_t *)p, n); \
		case F32: return bits_float(name##_float((const float *)p, n)); \
		default: return bits_double(name##_double((const double *)p, n)); \
		} \
	}

EXTREME_OF(min)
EXTREME_OF(max)
