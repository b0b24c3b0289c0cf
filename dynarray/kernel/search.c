// Finding, counting and comparing. Bytes do not come here: Go's own functions for them are assembly and need no cgo call.

#include "kernel.h"

#include <string.h>

// A loop that may end at any element is not made into vectors, one over a block that has no way out is. What stands in a
// block is then found element by element: once a call. U is the unsigned type of the element's width, that of a vector's
// comparison.
#define BLOCK 64

#define SEARCH(T, U) \
	CLONES static size_t index_##T(const T *p, size_t n, T value) { \
		size_t i = 0; \
		for (; i + BLOCK <= n; i += BLOCK) { \
			U any = 0; \
			for (size_t j = 0; j < BLOCK; j++) \
				any |= p[i + j] == value; \
			if (any) \
				break; \
		} \
		for (; i < n; i++) \
			if (p[i] == value) \
				return i; \
		return SIZE_MAX; \
	} \
	CLONES static size_t count_##T(const T *p, size_t n, T value) { \
		size_t count = 0; \
		while (n > 0) { \
			size_t some = n < MANY ? n : MANY; \
			U here = 0; \
			for (size_t i = 0; i < some; i++) \
				here += p[i] == value; \
			count += here; \
			p += some; \
			n -= some; \
		} \
		return count; \
	}

// MANY elements can be counted in the narrowest type.
#define MANY (1 << 15)

SEARCH(uint16_t, uint16_t)
SEARCH(uint32_t, uint32_t)
SEARCH(uint64_t, uint64_t)
SEARCH(float, uint32_t)
SEARCH(double, uint64_t)

static float float_of(uint64_t bits) {
	uint32_t low = (uint32_t)bits;
	float x;
	memcpy(&x, &low, sizeof x);
	return x;
}

static double double_of(uint64_t bits) {
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

#define SEARCH_OF(name) \
	size_t kernel_##name(int kind, elements p, size_t n, uint64_t value) { \
		switch (kind) { \
		case U16: case I16: return name##_uint16_t((const uint16_t *)p, n, (uint16_t)value); \
		case U32: case I32: return name##_uint32_t((const uint32_t *)p, n, (uint32_t)value); \
		case F32: return name##_float((const float *)p, n, float_of(value)); \
		case F64: return name##_double((const double *)p, n, double_of(value)); \
		default: return name##_uint64_t((const uint64_t *)p, n, value); \
		} \
	}

SEARCH_OF(index)
SEARCH_OF(count)

// Integers are equal if their bytes are; floats only almost.
#define EQUAL(F, U) \
	CLONES static int equal_##F(const F *p, const F *q, size_t n) { \
		size_t i = 0; \
		for (; i + BLOCK <= n; i += BLOCK) { \
			U differ = 0; \
			for (size_t j = 0; j < BLOCK; j++) \
				differ |= p[i + j] != q[i + j]; \
			if (differ) \
				return 0; \
		} \
		for (; i < n; i++) \
			if (p[i] != q[i]) \
				return 0; \
		return 1; \
	}

EQUAL(float, uint32_t)
EQUAL(double, uint64_t)

int kernel_equal(int kind, elements p, elements q, size_t n) {
	if (kind == F32)
		return equal_float((const float *)p, (const float *)q, n);
	return equal_double((const double *)p, (const double *)q, n);
}
