//go:build cgo

/* The C side of the demos. Nothing is inlined, and every block escapes through an empty asm: gcc is entitled to leave out
 * a malloc whose result it can see going nowhere. No state is shared between threads but the table, which is made once. */

#include "demo.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

#define NOINLINE __attribute__((noinline))

static void *escape(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

static void *filled(void *p, size_t bytes)
{
	if (p != NULL)
		memset(p, 0x5a, bytes);
	return escape(p);
}

NOINLINE void greet(const char *name)
{
	escape((void *)name);
}

struct parser {
	char *buffer;
	size_t bytes;
	char state[48];
};

_Static_assert(sizeof(struct parser) == 64, "the Go side counts with it");

NOINLINE static char *parser_buffer(size_t bytes)
{
	return filled(malloc(bytes), bytes);
}

NOINLINE struct parser *parser_new(size_t buffer_bytes)
{
	struct parser *p = calloc(1, sizeof *p);
	if (p == NULL)
		return NULL;
	p->bytes = buffer_bytes;
	p->buffer = parser_buffer(buffer_bytes);
	return escape(p);
}

NOINLINE void parser_destroy(struct parser *p)
{
	if (p != NULL)
		free(p->buffer);
	free(p);
}

NOINLINE void each_row(int rows, int keep)
{
	for (int i = 0; i < rows; i++)
		cdemoOnRow(keep);
}

NOINLINE void *row_new(size_t bytes)
{
	return filled(malloc(bytes), bytes);
}

static void **volatile table; /* volatile: nobody reads it, and the compiler would leave it out */

NOINLINE int table_fill(int rows, size_t row_bytes)
{
	void **t = calloc((size_t)rows, sizeof *t);
	if (t == NULL)
		return 0;
	for (int i = 0; i < rows; i++)
		t[i] = filled(malloc(row_bytes), row_bytes);
	table = escape(t);
	return 1;
}

NOINLINE struct buffer *buffer_new(size_t bytes)
{
	return filled(malloc(bytes), bytes);
}

NOINLINE void buffer_free(struct buffer *b)
{
	free(b);
}
