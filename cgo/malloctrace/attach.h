/*
 * Getting into a process that runs already. A library that is loaded late stands before nobody: all calls are bound. So
 * every word of every loaded object that the dynamic linker has filled with the address of a hooked function is given the
 * hook's instead, and its own again at the end.
 *
 *     object's relocations:  offset ─► word  malloc of libc   ══ attach ══►  malloc of the tracer
 *
 * Words that are read-only since the start (RELRO) are made writable for the moment. A word is written whole, so a thread
 * that calls through it at that moment reaches the one function or the other. Objects that come later are looked through
 * when the reader, who sees them in the list of mappings, asks for it.
 *
 * The reader calls innards_call on a thread that sleeps in a system call of Go's, as a signal handler would be called: the
 * thread holds no lock of C's, whatever the others hold, and goes on as after a signal, whether the reader lives or not.
 */
#ifndef INNARDS_ATTACH_H
#define INNARDS_ATTACH_H

#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#define SLOT_NAME(result, name, parameters) {#name, (void *)name, (void **)&real_##name},

static const struct hooked {
	const char *name;
	void *hook;
	void **real;
} hooked[] = {
	FOR_EACH_HOOK(SLOT_NAME)
	FOR_EACH_RESOURCE(SLOT_NAME)
	{"mmap64", (void *)mmap64, (void **)&real_mmap},
	{"open64", (void *)open64, (void **)&real_open},
	{"openat64", (void *)openat64, (void **)&real_openat},
};

/* One pass over all objects: which way, and what came of it. */
struct rebinding {
	bool attach;
	uintptr_t self; /* an address of the tracer's */
	uint32_t words;
	struct {
		uintptr_t start, end;
	} left[8]; /* tracers whose readers were killed: what leads to them is taken over */
	int tracers;
};

/* An object, as far as a pass needs it. */
struct object {
	uintptr_t bias, start, end, relro, relro_end;
	const ElfW(Sym) *symbols;
	const char *strings;
};

static void set_word(const struct object *o, void **word, void *value)
{
	void *page = (void *)((uintptr_t)word & ~(uintptr_t)4095);
	bool locked = (uintptr_t)word >= o->relro && (uintptr_t)word < o->relro_end;
	if (locked && mprotect(page, 4096, PROT_READ | PROT_WRITE) != 0)
		return;
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	if (locked)
		mprotect(page, 4096, PROT_READ);
}

static bool left_behind(const struct rebinding *r, const void *p)
{
	for (int i = 0; i < r->tracers; i++)
		if ((uintptr_t)p >= r->left[i].start && (uintptr_t)p < r->left[i].end)
			return true;
	return false;
}

static void rebind_table(struct rebinding *r, const struct object *o, const ElfW(Rela) *table, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof *table; i++) {
		uint32_t type = ELF64_R_TYPE(table[i].r_info);
		if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64)
			continue;
		const char *name = o->strings + o->symbols[ELF64_R_SYM(table[i].r_info)].st_name;
		for (size_t h = 0; h < sizeof hooked / sizeof *hooked; h++) {
			if (strcmp(name, hooked[h].name) != 0)
				continue;
			void **word = (void **)(o->bias + table[i].r_offset), *now = __atomic_load_n(word, __ATOMIC_RELAXED);
			/* One that is not bound yet leads into its own object, to the linker; one that leads elsewhere is the hook of
			 * somebody else. */
			bool unbound = type == R_X86_64_JUMP_SLOT && (uintptr_t)now >= o->start && (uintptr_t)now < o->end;
			if (r->attach && *hooked[h].real != NULL && (now == *hooked[h].real || unbound || left_behind(r, now))) {
				set_word(o, word, hooked[h].hook);
				r->words++;
			} else if (!r->attach && now == hooked[h].hook) {
				set_word(o, word, *hooked[h].real);
				r->words++;
			}
			break;
		}
	}
}

static const ElfW(Dyn) *object_of(const struct dl_phdr_info *info, struct object *of)
{
	struct object o = {.bias = info->dlpi_addr, .start = UINTPTR_MAX};
	const ElfW(Dyn) *dynamic = NULL;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t at = o.bias + p->p_vaddr;
		if (p->p_type == PT_DYNAMIC) {
			dynamic = (const ElfW(Dyn) *)at;
		} else if (p->p_type == PT_GNU_RELRO) {
			o.relro = at;
			o.relro_end = at + p->p_memsz;
		} else if (p->p_type == PT_LOAD) {
			o.start = at < o.start ? at : o.start;
			o.end = at + p->p_memsz > o.end ? at + p->p_memsz : o.end;
		}
	}
	*of = o;
	return dynamic;
}

static bool is_tracer(const struct dl_phdr_info *info) { return strstr(info->dlpi_name, "/malloctrace-") != NULL; }

static int find_left_behind(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct rebinding *r = arg;
	struct object o;
	(void)size;
	if (!is_tracer(info) || object_of(info, &o) == NULL || (r->self >= o.start && r->self < o.end))
		return 0;
	if (r->tracers < (int)(sizeof r->left / sizeof *r->left)) {
		r->left[r->tracers].start = o.start;
		r->left[r->tracers++].end = o.end;
	}
	return 0;
}

static int rebind_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct rebinding *r = arg;
	struct object o;
	(void)size;
	const ElfW(Dyn) *dynamic = object_of(info, &o);
	if (dynamic == NULL || is_tracer(info))
		return 0;
	const ElfW(Rela) *plt = NULL, *rela = NULL;
	size_t plt_bytes = 0, rela_bytes = 0;
	for (const ElfW(Dyn) *d = dynamic; d->d_tag != DT_NULL; d++) {
		/* The linker makes addresses of these, but in an object that it may not write to. */
		uintptr_t p = d->d_un.d_ptr < o.start ? o.bias + d->d_un.d_ptr : d->d_un.d_ptr;
		switch (d->d_tag) {
		case DT_SYMTAB: o.symbols = (const ElfW(Sym) *)p; break;
		case DT_STRTAB: o.strings = (const char *)p; break;
		case DT_JMPREL: plt = (const ElfW(Rela) *)p; break;
		case DT_PLTRELSZ: plt_bytes = d->d_un.d_val; break;
		case DT_RELA: rela = (const ElfW(Rela) *)p; break;
		case DT_RELASZ: rela_bytes = d->d_un.d_val; break;
		}
	}
	if (o.symbols == NULL || o.strings == NULL)
		return 0;
	if (plt != NULL)
		rebind_table(r, &o, plt, plt_bytes);
	if (rela != NULL)
		rebind_table(r, &o, rela, rela_bytes);
	return 0;
}

static void rebind(bool attach)
{
	struct rebinding r = {.attach = attach, .self = (uintptr_t)hooked};
	if (attach)
		dl_iterate_phdr(find_left_behind, &r);
	dl_iterate_phdr(rebind_object, &r);
	__atomic_store_n(&stream->hooked, attach ? stream->hooked + r.words : 0, __ATOMIC_RELEASE);
}

/* What the allocator itself says of its memory, as an event: only at its place in the ring is it known which blocks are in the
 * sum. It asks for every arena's lock in turn. */
static void account(void)
{
	struct mallinfo2 (*ask)(void);
	void *found = dlsym(RTLD_DEFAULT, "mallinfo2"); /* glibc has it since 2.33 */
	if (found == NULL)
		return;
	memcpy(&ask, &found, sizeof found);
	struct mallinfo2 m = ask();
	uint64_t place;
	if (ring_claim(&place))
		ring_publish(place, KIND_ACCOUNT, NULL, m.uordblks + m.hblkhd, 0);
}

/* What the reader asks for on a thread that it has at rest. The answer says that it was done. */
EXPORT void innards_call(uint32_t request)
{
	int saved = errno, busy = thread.busy;
	thread.busy = 1;
	if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == ON && *alive)
		switch (request) {
		case REQUEST_REBIND: rebind(true); modules_read(); break;
		case REQUEST_ACCOUNT: account(); break;
		case REQUEST_DETACH:
			rebind(false);
			__atomic_store_n(&state, OFF, __ATOMIC_RELEASE);
			break;
		}
	__atomic_fetch_add(&stream->answers, 1, __ATOMIC_RELEASE);
	thread.busy = busy;
	errno = saved;
}

#endif
