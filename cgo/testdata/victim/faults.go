package main

/*
#cgo CFLAGS: -O2 -Wall
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *escape(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

__attribute__((noinline)) static void keep(int blocks, size_t bytes)
{
	for (int i = 0; i < blocks; i++)
		escape(malloc(bytes));
}

// Ends with 10 blocks of 100 bytes, whatever the other threads do; each block has been through every hook.
static void *churn(void *arg)
{
	(void)arg;
	void *kept[10] = {0};
	for (int i = 0; i < 2000; i++) {
		void **p = &kept[i % 10];
		free(*p);
		switch (i % 5) {
		case 0: *p = malloc(100); break;
		case 1: *p = calloc(10, 10); break;
		case 2: *p = realloc(malloc(7), 100); break;
		case 3: *p = aligned_alloc(4, 100); break;
		default:
			if (posix_memalign(p, 64, 100) != 0)
				*p = NULL;
		}
		escape(*p);
	}
	return NULL;
}

static int run_threads(int n)
{
	pthread_t t[64];
	for (int i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, churn, NULL) != 0)
			return 0;
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	return 1;
}

// The child frees what the parent keeps, and keeps what the parent never had.
static int forked(void)
{
	void *mine = escape(malloc(123));
	pid_t pid = fork();
	if (pid == 0) {
		free(mine);
		for (int i = 0; i < 1000; i++)
			escape(malloc(77));
		_exit(0);
	}
	int status = 1;
	waitpid(pid, &status, 0);
	return status == 0;
}

// A frame of another size at every call, beneath two callers that tell by the block's size who they are.
__attribute__((noinline)) static void in_between(size_t room, size_t bytes)
{
	volatile char *p = __builtin_alloca(room);
	p[0] = p[room - 1] = 1;
	keep(1, bytes);
}

__attribute__((noinline)) static void caller_of_odd(size_t room)
{
	in_between(room, 111);
	__asm__ volatile("");
}

__attribute__((noinline)) static void caller_of_even(size_t room)
{
	in_between(room, 222);
	__asm__ volatile("");
}

__attribute__((noinline)) static void caller_of_few(void)
{
	keep(1, 333);
	__asm__ volatile("");
}

__attribute__((noinline)) static void caller_of_many(void)
{
	keep(1, 444);
	__asm__ volatile("");
}

__attribute__((noinline)) static void pairs(long n)
{
	for (long i = 0; i < n; i++)
		free(escape(malloc(64)));
}

// Loses bytes at one place, as fast as it can, in blocks of one size or (0) of sizes from 16 bytes to 128 KiB; for each block
// others of its size come and go. Gives what was lost.
static size_t leak(size_t bytes, size_t block, int others)
{
	uint64_t x = 88172645463325252u;
	size_t sum = 0;
	while (sum < bytes) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		size_t floor = (size_t)16 << (x >> 32) % 13, n = block ? block : floor + x % floor;
		escape(malloc(n));
		for (int i = 0; i < others; i++)
			free(escape(malloc(n)));
		sum += n;
	}
	return sum;
}

static void vary(void)
{
	for (size_t i = 1; i <= 200; i++)
		if (i % 2)
			caller_of_odd(i * 37 % 1999 + 1);
		else
			caller_of_even(i * 53 % 2999 + 1);
}

// Two ways to one caller, with frames of one size.
__attribute__((noinline)) static void alternate(void)
{
	for (int i = 0; i < 100; i++)
		if (i % 2)
			caller_of_few();
		else
			caller_of_many();
}

static void grow(void)
{
	char *p = NULL;
	for (size_t n = 1; n <= 4096; n *= 2)
		p = escape(realloc(p, n));
	escape(p);
	void *q = escape(realloc(p, SIZE_MAX / 4)); // fails, so that p stays
	if (q != NULL)
		free(q);
}
*/
import "C"

import (
	"fmt"
	"syscall"
	"time"
)

const (
	heldBlocks, heldBytes = 50, 1000
	churners              = 8
)

//go:noinline
func hold() { C.keep(heldBlocks, heldBytes) }

func threads() {
	if C.run_threads(churners) == 0 {
		panic("no threads")
	}
}

func fork() {
	if C.forked() == 0 {
		panic("the child failed")
	}
}

func grow() { C.grow() }

func vary() {
	C.vary()
	C.alternate()
}

// leak loses bytes, and says how many.
func leak(bytes, block, others int) {
	fmt.Println(C.leak(C.size_t(bytes), C.size_t(block), C.int(others)))
}

// pairs gives the processor time of n pairs of malloc and free.
func pairs(n int) time.Duration {
	before := cpuTime()
	C.pairs(C.long(n))
	return cpuTime() - before
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // of ourselves it is always known
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
