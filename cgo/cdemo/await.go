//go:build cgo

package cdemo

/*
#include <unistd.h>

// await_reply stands for a library that waits for an answer without a bound. The answer would come as a signal.
static void await_reply(void) { pause(); }

static void has_reply(void) {}
*/
import "C"

import "sync"

// session talks to a device, one request at a time.
type session struct {
	mu    sync.Mutex
	asked chan struct{} // closed once a request is on its way
	open  bool
}

// request is the fault: the lock is held for as long as C pleases.
func (s *session) request() {
	s.mu.Lock() // want holds
	defer s.mu.Unlock()
	close(s.asked)
	C.await_reply() // want waits
	s.open = true
}

// requestReady calls only for what is there.
func (s *session) requestReady() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.asked)
	C.has_reply()
	s.open = true
}

func (s *session) isOpen() bool {
	<-s.asked
	s.mu.Lock() // want waits
	defer s.mu.Unlock()
	return s.open
}

// BreakCCall leaves two goroutines behind: one in C, the other waits for its lock.
func BreakCCall() {
	s := &session{asked: make(chan struct{})}
	go s.request() // want created
	go s.isOpen()
}

// MendCCall does the same without the fault.
func MendCCall() {
	s := &session{asked: make(chan struct{})}
	s.requestReady()
	s.isOpen()
}
