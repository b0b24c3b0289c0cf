// What Go calls, and what the C files share. Kinds and directions are kind.go's.

#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>

// One function is compiled for several levels of the processor and the loader picks one, which asks for ifunc: glibc's
// loader has it. Elsewhere there is one version, which is the plain instruction set's (that of arm64 has vectors).
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#elif defined(__x86_64__) && defined(__GLIBC__) && defined(__clang__) && __clang_major__ >= 14
#define CLONES __attribute__((target_clones("default", "avx2")))
#else
#define CLONES
#endif

enum kind { OTHER, U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };

// The elements of any kind but bytes come as a pointer to bytes, so that cgo need not look for Go pointers in them.
typedef const unsigned char *elements;

// Bits of the answer, in the low bits of a word.
uint64_t kernel_sum(int kind, elements p, size_t n);
uint64_t kernel_min(int kind, elements p, size_t n);
uint64_t kernel_max(int kind, elements p, size_t n);

// value is the bits of the element that is looked for; SIZE_MAX where there is none.
size_t kernel_index(int kind, elements p, size_t n, uint64_t value);
size_t kernel_count(int kind, elements p, size_t n, uint64_t value);
int kernel_equal(int kind, elements p, elements q, size_t n);

void kernel_move(unsigned char *to, elements from, size_t bytes);
void kernel_reverse(size_t size, unsigned char *p, size_t n);
void kernel_fill(size_t size, unsigned char *p, size_t n, uint64_t value);

// RUNS is how many ascending runs kernel_sort leaves to the caller to merge.
enum { RUNS = 12 };
enum { SORTED = 0, NO_MEMORY = -1 };

// Sorts, and returns SORTED; or the number of ascending runs, whose starts are then in starts, of elements that it has not
// moved but perhaps reversed as a whole; or NO_MEMORY, with the elements in some order.
int kernel_sort(int kind, unsigned char *p, size_t n, size_t *starts);

#endif
