#ifndef CDEMO_H
#define CDEMO_H

#include <stddef.h>

void greet(const char *name);

struct parser;
struct parser *parser_new(size_t buffer_bytes);
void parser_destroy(struct parser *p);

void each_row(int rows, int keep);
void *row_new(size_t bytes);

int table_fill(int rows, size_t row_bytes);
struct buffer;
struct buffer *buffer_new(size_t bytes);
void buffer_free(struct buffer *b);

#endif
