#include "stuck.h"

#include <pthread.h>

#include "_cgo_export.h"

static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;

void table_load(void) {
	pthread_mutex_lock(&table);
	pthread_mutex_unlock(&table);
}

/* table_scan keeps the table locked while it tells Go of each entry, as libraries with callbacks do. */
void table_scan(void) {
	pthread_mutex_lock(&table);
	cdemoOnEntry();
	pthread_mutex_unlock(&table);
}

void each_item(void) { cdemoOnItem(); }
