// Moving, turning round and filling: what needs an element's size and not its kind.

#include "kernel.h"

#include <string.h>

void kernel_move(unsigned char *to, elements from, size_t bytes) { memmove(to, from, bytes); }

// No compiler at hand makes vectors of the loop that swaps the ends, so the two vectors that swap places are turned round
// by hand.
#define V 32

typedef uint8_t bytes8 __attribute__((vector_size(V), aligned(1), may_alias));
typedef uint16_t bytes16 __attribute__((vector_size(V), aligned(1), may_alias));
typedef uint32_t bytes32 __attribute__((vector_size(V), aligned(1), may_alias));
typedef uint64_t bytes64 __attribute__((vector_size(V), aligned(1), may_alias));

// Two spellings of one instruction.
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define TURN(bits, v, ...) __builtin_shufflevector(v, v, __VA_ARGS__)
#endif
#endif
#ifndef TURN
#define TURN(bits, v, ...) __builtin_shuffle(v, (bytes##bits){__VA_ARGS__})
#endif

#define REVERSE(bits, ...) \
	CLONES static void reverse##bits(uint##bits##_t *p, size_t n) { \
		enum { W = V / sizeof *p }; \
		uint##bits##_t *q = p + n; \
		for (; q - p >= 2 * W; p += W) { \
			q -= W; \
			bytes##bits low = *(bytes##bits *)p, high = *(bytes##bits *)q; \
			*(bytes##bits *)p = TURN(bits, high, __VA_ARGS__); \
			*(bytes##bits *)q = TURN(bits, low, __VA_ARGS__); \
		} \
		while (p < q && p < --q) { \
			uint##bits##_t x = *p; \
			*p++ = *q; \
			*q = x; \
		} \
	}

REVERSE(8, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
REVERSE(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
REVERSE(32, 7, 6, 5, 4, 3, 2, 1, 0)
REVERSE(64, 3, 2, 1, 0)

void kernel_reverse(size_t size, unsigned char *p, size_t n) {
	switch (size) {
	case 1: reverse8(p, n); break;
	case 2: reverse16((uint16_t *)p, n); break;
	case 4: reverse32((uint32_t *)p, n); break;
	default: reverse64((uint64_t *)p, n);
	}
}

#define FILL(bits) \
	CLONES static void fill##bits(uint##bits##_t *p, size_t n, uint##bits##_t value) { \
		for (size_t i = 0; i < n; i++) \
			p[i] = value; \
	}

FILL(16)
FILL(32)
FILL(64)

void kernel_fill(size_t size, unsigned char *p, size_t n, uint64_t value) {
	switch (size) {
	case 1: memset(p, (int)value, n); break;
	case 2: fill16((uint16_t *)p, n, (uint16_t)value); break;
	case 4: fill32((uint32_t *)p, n, (uint32_t)value); break;
	default: fill64((uint64_t *)p, n, value);
	}
}
