package callgrind

// request makes a client request of valgrind; without valgrind it returns 0.
//
//go:noescape
func request(code uint64) uint64
