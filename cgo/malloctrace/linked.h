/*
 * The tracer as a part of the program. What an executable defines comes before every library's, so the calls of C libraries
 * lead here as well as the program's own; but only if it was linked by the C linker, and dynamically. Until the program
 * begins the tracing, each call costs a look at the state.
 */
#ifndef INNARDS_LINKED_H
#define INNARDS_LINKED_H

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>

#include "start.h"

static int own_thread_locals(struct dl_phdr_info *info, size_t size, void *arg)
{
	size_t *bytes = arg;
	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_TLS)
			*bytes = info->dlpi_phdr[i].p_memsz + info->dlpi_phdr[i].p_align;
	return 1; /* the first is the executable */
}

/* The runtime keeps the goroutine among the executable's thread-local variables, which end at the thread pointer. This runs on
 * a thread's system goroutine, and that is known by leading to itself through its thread. */
int32_t innards_tls_g(uint32_t g_m, uint32_t m_g0)
{
	uintptr_t tp;
	size_t bytes = 0;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	dl_iterate_phdr(own_thread_locals, &bytes);
	for (size_t at = 8; at <= bytes; at += 8) {
		uintptr_t g = word(tp - at);
		if (g == 0 || !readable(g, g_m + 8))
			continue;
		uintptr_t m = word(g + g_m);
		if (m != 0 && readable(m + m_g0, 8) && word(m + m_g0) == g)
			return -(int32_t)at;
	}
	return 0;
}

int innards_begin(const char *path)
{
	if (dlsym(RTLD_DEFAULT, "malloc") != (void *)malloc)
		return INNARDS_NOT_FIRST;
	return begin(path) ? INNARDS_BEGUN : INNARDS_NO_STREAM;
}

/* Every thread finds out at its next call, and then counts down from so many bytes that it never asks again. */
void innards_rest(void) { __atomic_store_n(&state, OFF, __ATOMIC_RELEASE); }

/* Whether the next allocation of this thread takes the usual way. */
int innards_passes_by(void) { return !due(0); }

/* Of what was recorded before, each block counts for one from now on. */
void innards_everything(void)
{
	__atomic_store_n(&stream->period, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&everything, 1, __ATOMIC_RELEASE);
}

#endif
