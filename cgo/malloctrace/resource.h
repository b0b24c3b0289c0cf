/*
 * What is not memory of the allocator: mappings, descriptors, threads. They are few beside blocks, so each is recorded, by
 * a number of its own that can be no block's address: the top bits say what it is. Go's runtime makes mappings and
 * threads through the C library as well; what it does for itself is told from what the program does by whether the
 * goroutine is in a call of C. Go's own descriptors come from system calls that no library sees.
 */
#ifndef INNARDS_RESOURCE_H
#define INNARDS_RESOURCE_H

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define TAG_MMAP (UINT64_C(1) << 61)
#define TAG_THREAD (UINT64_C(1) << 62)
#define TAG_FD (UINT64_C(1) << 63)

#define FOR_EACH_RESOURCE(f)                                                                  \
	f(void *, mmap, (void *, size_t, int, int, int, off_t))                               \
	f(int, munmap, (void *, size_t))                                                      \
	f(void *, mremap, (void *, size_t, size_t, int, ...))                                 \
	f(int, open, (const char *, int, ...))                                                \
	f(int, openat, (int, const char *, int, ...))                                         \
	f(int, creat, (const char *, mode_t))                                                 \
	f(int, socket, (int, int, int))                                                       \
	f(int, socketpair, (int, int, int, int *))                                            \
	f(int, accept, (int, struct sockaddr *, socklen_t *))                                 \
	f(int, accept4, (int, struct sockaddr *, socklen_t *, int))                           \
	f(int, pipe, (int *))                                                                 \
	f(int, pipe2, (int *, int))                                                           \
	f(int, dup, (int))                                                                    \
	f(int, dup2, (int, int))                                                              \
	f(int, dup3, (int, int, int))                                                         \
	f(int, eventfd, (unsigned int, int))                                                  \
	f(int, epoll_create1, (int))                                                          \
	f(int, close, (int))                                                                  \
	f(int, pthread_create, (pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)) \
	f(int, pthread_join, (pthread_t, void **))                                            \
	f(int, pthread_detach, (pthread_t))

#define DECLARE_REAL(result, name, parameters) static result(*real_##name) parameters;
FOR_EACH_RESOURCE(DECLARE_REAL)

static void look_up_resources(void)
{
	void *found;
#define LOOK_UP_REAL(result, name, parameters)     \
	found = dlsym(RTLD_NEXT, #name);           \
	memcpy(&real_##name, &found, sizeof found);
	FOR_EACH_RESOURCE(LOOK_UP_REAL)
}

/* The first call may come from a library's constructor, before ours. */
#define REAL(name) (real_##name != NULL ? (void)0 : look_up_resources(), real_##name)

/* Whether the program is at work, or a thread of its own, and not Go's runtime. */
static bool of_the_program(void)
{
	const struct stream_go *go = &stream->go;
	uintptr_t tp;
	if (!go->known)
		return false;
	__asm__("mov %%fs:0, %0" : "=r"(tp));
	if (word(tp + (intptr_t)go->tls_g) == 0)
		return true;
	uintptr_t g = current_goroutine(go);
	return g != 0 && word(g + go->g_syscall_sp) != 0;
}

static void resource_taken(enum stream_hook hook, uint64_t key, size_t size, const uint64_t *ret)
{
	if (!recording())
		return;
	thread.busy = 1;
	if (of_the_program()) {
		uint32_t stack = ring_has_room(ROOM_FOR_ALLOC) ? stack_name(hook, ret) : UINT32_MAX;
		/* One that is there already was given back in a way that nobody saw: the reader understands. */
		if (stack == UINT32_MAX || (tracked_remove((void *)key), !tracked_insert((void *)key)))
			COUNT(lost_allocs);
		else
			ring_publish(ring_take(), KIND_ALLOC, (void *)key, size, stack);
	}
	thread.busy = 0;
}

static void resource_given(uint64_t key, size_t size)
{
	uint64_t place;
	if (!recording())
		return;
	/* A mapping may be given back in parts, which begin anywhere. */
	if (!(key & TAG_MMAP) && !tracked_remove((void *)key))
		return;
	if (ring_claim(&place))
		ring_publish(place, KIND_FREE, (void *)key, size, 0);
	else
		COUNT(lost_frees);
}

static int fd_taken(enum stream_hook hook, int fd, const uint64_t *ret)
{
	if (fd >= 0)
		resource_taken(hook, TAG_FD | (uint64_t)fd, 1, ret);
	return fd;
}

EXPORT void *mmap(void *addr, size_t n, int prot, int flags, int fd, off_t at)
{
	void *p = REAL(mmap)(addr, n, prot, flags, fd, at);
	if (p != MAP_FAILED && !(flags & MAP_FIXED))
		resource_taken(HOOK_MMAP, TAG_MMAP | (uint64_t)p, n, HERE);
	return p;
}

EXPORT void *mmap64(void *addr, size_t n, int prot, int flags, int fd, off_t at)
{
	void *p = REAL(mmap)(addr, n, prot, flags, fd, at);
	if (p != MAP_FAILED && !(flags & MAP_FIXED))
		resource_taken(HOOK_MMAP, TAG_MMAP | (uint64_t)p, n, HERE);
	return p;
}

EXPORT int munmap(void *p, size_t n)
{
	/* Before, as with free; one that fails is a mistake of the caller's. Go's runtime gives back what was never recorded. */
	if (recording() && of_the_program())
		resource_given(TAG_MMAP | (uint64_t)p, n);
	return REAL(munmap)(p, n);
}

EXPORT void *mremap(void *p, size_t n, size_t size, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	void *to = flags & MREMAP_FIXED ? va_arg(args, void *) : NULL;
	va_end(args);
	void *q = REAL(mremap)(p, n, size, flags, to);
	if (q != MAP_FAILED && recording() && of_the_program()) {
		resource_given(TAG_MMAP | (uint64_t)p, n);
		resource_taken(HOOK_MREMAP, TAG_MMAP | (uint64_t)q, size, HERE);
	}
	return q;
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? (mode_t)va_arg(args, int) : 0;
}

#define OPEN(name, real, hook, parameters, arguments)                   \
	EXPORT int name parameters                                      \
	{                                                               \
		va_list args;                                           \
		va_start(args, flags);                                  \
		mode_t mode = mode_of(flags, args);                     \
		va_end(args);                                           \
		return fd_taken(hook, REAL(real) arguments, HERE);      \
	}
OPEN(open, open, HOOK_OPEN, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, open, HOOK_OPEN, (const char *path, int flags, ...), (path, flags | O_LARGEFILE, mode))
OPEN(openat, openat, HOOK_OPENAT, (int dir, const char *path, int flags, ...), (dir, path, flags, mode))
OPEN(openat64, openat, HOOK_OPENAT, (int dir, const char *path, int flags, ...), (dir, path, flags | O_LARGEFILE, mode))

EXPORT int creat(const char *path, mode_t mode) { return fd_taken(HOOK_OPEN, REAL(creat)(path, mode), HERE); }
EXPORT int socket(int domain, int type, int protocol) { return fd_taken(HOOK_SOCKET, REAL(socket)(domain, type, protocol), HERE); }
EXPORT int accept(int fd, struct sockaddr *a, socklen_t *n) { return fd_taken(HOOK_ACCEPT, REAL(accept)(fd, a, n), HERE); }
EXPORT int accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	return fd_taken(HOOK_ACCEPT, REAL(accept4)(fd, a, n, flags), HERE);
}
EXPORT int dup(int fd) { return fd_taken(HOOK_DUP, REAL(dup)(fd), HERE); }
EXPORT int dup2(int fd, int to)
{
	int got = REAL(dup2)(fd, to);
	return fd == to ? got : fd_taken(HOOK_DUP, got, HERE);
}
EXPORT int dup3(int fd, int to, int flags) { return fd_taken(HOOK_DUP, REAL(dup3)(fd, to, flags), HERE); }
EXPORT int eventfd(unsigned int n, int flags) { return fd_taken(HOOK_EVENTFD, REAL(eventfd)(n, flags), HERE); }
EXPORT int epoll_create1(int flags) { return fd_taken(HOOK_EPOLL, REAL(epoll_create1)(flags), HERE); }

#define PAIR(name, hook, parameters, arguments)                                 \
	EXPORT int name parameters                                              \
	{                                                                       \
		int err = REAL(name) arguments;                                 \
		if (err == 0) {                                                 \
			fd_taken(hook, fds[0], HERE);                           \
			fd_taken(hook, fds[1], HERE);                           \
		}                                                               \
		return err;                                                     \
	}
PAIR(pipe, HOOK_PIPE, (int fds[2]), (fds))
PAIR(pipe2, HOOK_PIPE, (int fds[2], int flags), (fds, flags))
PAIR(socketpair, HOOK_SOCKET, (int domain, int type, int protocol, int fds[2]), (domain, type, protocol, fds))

EXPORT int close(int fd)
{
	if (fd >= 0)
		resource_given(TAG_FD | (uint64_t)fd, 0); /* before it can be someone else's */
	return REAL(close)(fd);
}

/* A thread that nobody joins or detaches keeps its stack when it has ended. Of one that was made detached nothing stays. */
EXPORT int pthread_create(pthread_t *t, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	int detached = PTHREAD_CREATE_JOINABLE, err = REAL(pthread_create)(t, attr, start, arg);
	if (err == 0 && (attr == NULL || pthread_attr_getdetachstate(attr, &detached) == 0) && detached == PTHREAD_CREATE_JOINABLE)
		resource_taken(HOOK_THREAD, TAG_THREAD | (uint64_t)*t, 1, HERE);
	return err;
}

EXPORT int pthread_join(pthread_t t, void **result)
{
	/* Before: its number may be another thread's by the time that join returns. One that fails is a mistake of the caller's. */
	resource_given(TAG_THREAD | (uint64_t)t, 0);
	return REAL(pthread_join)(t, result);
}

EXPORT int pthread_detach(pthread_t t)
{
	resource_given(TAG_THREAD | (uint64_t)t, 0);
	return REAL(pthread_detach)(t);
}

#endif
