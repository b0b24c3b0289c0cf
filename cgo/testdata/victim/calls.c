#include "calls.h"

#include <stdlib.h>

void victimBack(int depth);

static void *volatile lost;

/* A block before and one after a callback: their Go frames are the same, whatever the callback does. */
__attribute__((noinline)) void around(int bytes, int depth)
{
	lost = malloc((size_t)bytes);
	victimBack(depth);
	lost = malloc((size_t)bytes + 1);
}
