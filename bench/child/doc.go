// Package child starts this program again, in a process of its own that does not outlive it: under valgrind, to have
// instructions counted, or once for each fork of a comparison. Programs of others are started with the same bounds.
//
// A process is one sample of much that its measurements share: where its code and its heap came to lie, the seeds of its
// maps. Forks make those vary too. The child is this very executable, found by its path, so nothing need be built; an
// executable that is replaced during a run cannot be started again.
//
// The context ends the child; on Linux the death of its parent does too, however that dies (PR_SET_PDEATHSIG, prctl(2)).
package child
