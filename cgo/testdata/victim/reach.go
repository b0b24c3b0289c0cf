package main

/*
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PER_WAY 500

struct node { struct node *next; char rest[40]; };

static void *volatile global;
static char *volatile inner;
static __thread void *volatile own;

__attribute__((noinline)) static struct node *chain(int n, int closed)
{
	struct node *first = NULL, *last = NULL;
	for (int i = 0; i < n; i++) {
		struct node *p = calloc(1, sizeof *p);
		p->next = first;
		first = p;
		if (last == NULL)
			last = p;
	}
	if (closed)
		last->next = first;
	return first;
}

__attribute__((noinline)) static void *block(size_t n)
{
	void *p = malloc(n);
	memset(p, 0, n);
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

__attribute__((noinline)) static void keep_chain(void) { global = chain(PER_WAY, 0); }

// Pointers into the middle, from one block that a variable points into the middle of.
__attribute__((noinline)) static void keep_inner(void)
{
	char **t = block(PER_WAY * sizeof *t);
	for (int i = 0; i < PER_WAY; i++)
		t[i] = (char *)block(200) + 96;
	inner = (char *)t + 8;
}

static pthread_mutex_t forever = PTHREAD_MUTEX_INITIALIZER;
static int there;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;

static void arrive(void)
{
	pthread_mutex_lock(&mutex);
	there++;
	pthread_cond_signal(&came);
	pthread_mutex_unlock(&mutex);
}

static void *by_stack(void *arg)
{
	void *volatile held[PER_WAY];
	(void)arg;
	for (int i = 0; i < PER_WAY; i++)
		held[i] = block(120);
	arrive();
	pthread_mutex_lock(&forever);
	return held[3];
}

static void *by_thread(void *arg)
{
	(void)arg;
	own = chain(PER_WAY, 0);
	arrive();
	pthread_mutex_lock(&forever);
	return NULL;
}

// The only pointer is in a register, for as long as the loop lasts.
static void *by_register(void *arg)
{
	(void)arg;
	struct node *p = chain(PER_WAY, 0);
	arrive();
	for (;;)
		__asm__ volatile("pause" : "+r"(p));
	return p;
}

__attribute__((noinline)) static int keep_threads(void)
{
	pthread_t t;
	pthread_mutex_lock(&forever);
	if (pthread_create(&t, NULL, by_stack, NULL) || pthread_create(&t, NULL, by_thread, NULL) ||
	    pthread_create(&t, NULL, by_register, NULL))
		return 0;
	pthread_mutex_lock(&mutex);
	while (there < 3)
		pthread_cond_wait(&came, &mutex);
	pthread_mutex_unlock(&mutex);
	return 1;
}

// ---- What is lost.

__attribute__((noinline)) static void lose_plain(void)
{
	for (int i = 0; i < PER_WAY; i++)
		block(300);
}
__attribute__((noinline)) static void lose_chain(void) { __asm__ volatile("" : : "r"(chain(PER_WAY, 0)) : "memory"); }
__attribute__((noinline)) static void lose_cycle(void)
{
	for (int i = 0; i < PER_WAY / 2; i++)
		__asm__ volatile("" : : "r"(chain(2, 1)) : "memory");
}

// A block that was given back still holds the address of another.
__attribute__((noinline)) static void lose_behind_free(void)
{
	for (int i = 0; i < PER_WAY; i++) {
		void **p = block(3000);
		p[50] = block(80);
		free(p);
	}
}
*/
import "C"

import (
	"runtime"
	"unsafe"
)

const perWay = C.PER_WAY

var (
	byPointer []unsafe.Pointer
	byNumber  map[uintptr]int
	byClosure func() unsafe.Pointer
	garbage   *holder
)

// Each of these keeps perWay blocks, by a way of its own.
//
//go:noinline
func keepInC() {
	C.keep_chain()
	C.keep_inner()
	if C.keep_threads() == 0 {
		panic("no threads")
	}
}

//go:noinline
func keepInGo() {
	byNumber = make(map[uintptr]int)
	for i := range perWay {
		byPointer = append(byPointer, C.block(150))
		byNumber[uintptr(C.block(160))] = i
	}
	first := C.block(170)
	byClosure = func() unsafe.Pointer { return first }
	ch := make(chan int)
	for range 50 {
		go keepOnStack(ch)
		<-ch
	}
	for range perWay {
		o := &holder{C.block(180)}
		runtime.SetFinalizer(o, func(o *holder) { C.free(o.p) }) // it will come
	}
}

//go:noinline
func keepOnStack(ch chan int) {
	p := C.block(190)
	ch <- 1
	select {}
	runtime.KeepAlive(p) //nolint:govet // not reached: it keeps p where it is
}

type holder struct{ p unsafe.Pointer }

type ringed struct {
	p    unsafe.Pointer
	next *ringed
}

//go:noinline
func loseInC() {
	C.lose_plain()
	C.lose_chain()
	C.lose_cycle()
	C.lose_behind_free()
}

//go:noinline
func loseInGo() {
	for range perWay { // one each: what is left on a stack of one of them must not hold all
		garbage = &holder{C.block(250)}
	}
	garbage = nil
	for range perWay {
		a, b := &ringed{p: C.block(260)}, &ringed{}
		a.next, b.next = b, a
		runtime.SetFinalizer(a, func(a *ringed) { C.free(a.p) }) // it never comes: a leads to itself
	}
}
