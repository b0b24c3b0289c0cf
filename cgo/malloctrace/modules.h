/*
 * What is mapped where. Addresses of C code can be named only by someone who knows this, and the process may be gone by
 * then, so the tracer writes it down: at the start, and whenever a stack holds an address of none of the modules so far,
 * as it does after dlopen.
 */
#ifndef INNARDS_MODULES_H
#define INNARDS_MODULES_H

#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "ring.h"

static struct stream_module *module_table(void)
{
	return (struct stream_module *)((char *)stream + stream->modules_at);
}

static bool module_known(uint64_t addr)
{
	uint32_t n = __atomic_load_n(&stream->modules_used, __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < n; i++)
		if (addr >= module_table()[i].start && addr < module_table()[i].end)
			return true;
	return false;
}

static int module_write(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	struct stream_module m = {.start = UINT64_MAX, .bias = info->dlpi_addr};
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		if (p->p_type != PT_LOAD)
			continue;
		uint64_t start = info->dlpi_addr + p->p_vaddr;
		if (start < m.start)
			m.start = start;
		if (start + p->p_memsz > m.end)
			m.end = start + p->p_memsz;
	}
	uint32_t n = stream->modules_used;
	if (m.end == 0 || module_known(m.start) || n >= stream->modules_cap)
		return 0;
	strncpy(m.path, info->dlpi_name, sizeof m.path - 1);
	module_table()[n] = m;
	__atomic_store_n(&stream->modules_used, n + 1, __ATOMIC_RELEASE);
	return 0;
}

static void modules_read(void)
{
	static int reading;
	if (__atomic_exchange_n(&reading, 1, __ATOMIC_ACQUIRE))
		return; /* another thread does; what it misses, the next new stack finds */
	dl_iterate_phdr(module_write, NULL);
	__atomic_store_n(&reading, 0, __ATOMIC_RELEASE);
}

static void modules_cover(const uint64_t *pcs, int n)
{
	for (int i = 0; i < n; i++)
		if (!module_known(pcs[i])) {
			modules_read();
			return; /* what is in no module even now is generated code */
		}
}

#endif
