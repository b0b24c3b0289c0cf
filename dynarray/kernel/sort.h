// What radix sort and quicksort know of each other.

#ifndef SORT_H
#define SORT_H

#include <stddef.h>
#include <stdint.h>

// quick_works says whether the processor has what sort_quick needs.
int quick_works(void);
void sort_quick(int64_t *a, size_t n);

// sort_signed sorts by radix, in place.
void sort_signed(int64_t *a, size_t n);

#endif
