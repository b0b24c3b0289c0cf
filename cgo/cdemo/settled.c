//go:build cgo

/* Memory that is no leak, and such as comes from a library that is loaded by hand. See demo.c. */

#include "demo.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static void *escape(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

NOINLINE void use_handle(uintptr_t h)
{
	escape((void *)h);
}

NOINLINE void touch(void *p, size_t bytes)
{
	memset(escape(p), 1, bytes);
}

static void *volatile last_of_burst;

NOINLINE void burst(int blocks, size_t bytes)
{
	void **all = malloc((size_t)blocks * sizeof *all);
	if (all == NULL)
		return;
	for (int i = 0; i < blocks; i++)
		if ((all[i] = malloc(bytes)) != NULL)
			memset(all[i], 1, bytes);
	last_of_burst = malloc(bytes);
	for (int i = 0; i < blocks; i++)
		free(escape(all[i]));
	free(all);
}

NOINLINE void trim(void)
{
	malloc_trim(0);
}

/* What a C++ compiler makes of new and delete, without needing one. */
static void *(*operator_new)(size_t);
static void (*operator_delete)(void *);

NOINLINE int plugin_load(void)
{
	void *library = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL), *found[2] = {NULL, NULL};
	if (library != NULL) {
		found[0] = dlsym(library, "_Znwm");
		found[1] = dlsym(library, "_ZdlPv");
		memcpy(&operator_new, &found[0], sizeof found[0]);
		memcpy(&operator_delete, &found[1], sizeof found[1]);
	}
	return found[0] != NULL && found[1] != NULL;
}

NOINLINE void *object_new(size_t bytes)
{
	return escape(operator_new(bytes));
}

NOINLINE void object_delete(void *p)
{
	operator_delete(p);
}
