/* What the Go half of a program that has the tracer linked in calls. */
#ifndef INNARDS_START_H
#define INNARDS_START_H

#include <stdint.h>

enum { INNARDS_BEGUN = 0, INNARDS_NOT_FIRST = 1, INNARDS_NO_STREAM = 2 };

int32_t innards_tls_g(uint32_t g_m, uint32_t m_g0);
int innards_begin(const char *path);
void innards_rest(void);
int innards_passes_by(void);
void innards_everything(void);

#endif
