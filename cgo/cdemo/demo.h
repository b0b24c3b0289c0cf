#ifndef CDEMO_H
#define CDEMO_H

#include <stddef.h>
#include <stdint.h>

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

void config_load(char **out, size_t bytes);
void *aligned_buffer(size_t bytes);
char *describe(int n);
char *read_line(void);

struct ring;
struct ring *ring_new(size_t bytes);
void ring_free(struct ring *r);
void own_memory(size_t bytes);
void own_free(void);
void registry_add(size_t bytes);
void registry_remove(void);

void *map_memory(size_t bytes);
void unmap_memory(void *p, size_t bytes);
int open_device(void);
void close_device(int fd);
void start_thread(int join);

void use_handle(uintptr_t h);
void touch(void *p, size_t bytes);
void burst(int blocks, size_t bytes);
void trim(void);
int plugin_load(void);
void *object_new(size_t bytes);
void object_delete(void *p);

#endif
