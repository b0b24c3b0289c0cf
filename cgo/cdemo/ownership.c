//go:build cgo

/* Functions whose callers have to give something back, and are told so in a manual only. See demo.c. */

#define _GNU_SOURCE
#include "demo.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static void *escape(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

NOINLINE void config_load(char **out, size_t bytes)
{
	*out = escape(malloc(bytes));
}

NOINLINE void *aligned_buffer(size_t bytes)
{
	void *p = NULL;
	return posix_memalign(&p, 64, bytes) == 0 ? escape(p) : NULL;
}

NOINLINE char *describe(int n)
{
	char *s = NULL;
	return asprintf(&s, "%0400d", n) < 0 ? NULL : escape(s);
}

NOINLINE char *read_line(void)
{
	char text[] = "one line of some length, that getline finds room for by itself\n", *line = NULL;
	size_t room = 0;
	FILE *f = fmemopen(text, sizeof text - 1, "r");
	if (f == NULL)
		return NULL;
	ssize_t got = getline(&line, &room, f);
	fclose(f);
	return got < 0 ? NULL : escape(line);
}

struct ring {
	struct ring *next;
	char rest[];
};

NOINLINE struct ring *ring_new(size_t bytes)
{
	struct ring *a = malloc(bytes), *b = malloc(bytes);
	if (a == NULL || b == NULL) {
		free(a);
		free(b);
		return NULL;
	}
	a->next = b;
	b->next = a;
	return escape(a);
}

NOINLINE void ring_free(struct ring *r)
{
	if (r != NULL)
		free(r->next);
	free(r);
}

static __thread void *volatile own;

NOINLINE void own_memory(size_t bytes)
{
	own = escape(malloc(bytes));
}

NOINLINE void own_free(void)
{
	free(own);
	own = NULL;
}

static pthread_mutex_t registry_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct ring *volatile registry;

NOINLINE void registry_add(size_t bytes)
{
	struct ring *entry = malloc(bytes);
	if (entry == NULL)
		return;
	pthread_mutex_lock(&registry_mutex);
	entry->next = registry;
	registry = entry;
	pthread_mutex_unlock(&registry_mutex);
}

NOINLINE void registry_remove(void)
{
	pthread_mutex_lock(&registry_mutex);
	struct ring *entry = registry;
	if (entry != NULL)
		registry = entry->next;
	pthread_mutex_unlock(&registry_mutex);
	free(entry);
}

NOINLINE void *map_memory(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	p[0] = 1;
	return escape(p);
}

NOINLINE void unmap_memory(void *p, size_t bytes)
{
	if (p != NULL)
		munmap(p, bytes);
}

NOINLINE int open_device(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

NOINLINE void close_device(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void *ends_at_once(void *arg)
{
	return arg;
}

NOINLINE void start_thread(int join)
{
	pthread_attr_t attr;
	pthread_t t;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	if (pthread_create(&t, &attr, ends_at_once, NULL) == 0 && join)
		pthread_join(t, NULL);
	pthread_attr_destroy(&attr);
}
