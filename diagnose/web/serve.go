package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// farewell is how long pages under way get to finish when the site closes. The slowest of pprof's own takes well under
// it.
const farewell = 2 * time.Second

// Listen opens a loopback address such as "127.0.0.1:0". It refuses all others: the pages show sources of this machine,
// and have no password.
func Listen(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %s: give one like 127.0.0.1:8080, or 127.0.0.1:0 for any free port", addr, oneLine(err))
	}
	if strings.EqualFold(host, "localhost") { // never asked of a resolver, whose answer may be any address
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("address %q is not loopback: the pages show sources of this machine to whoever asks; "+
			"use 127.0.0.1, and ssh -L to reach it from elsewhere", addr)
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(host, port))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("address %s is in use by another program: choose another port, or 127.0.0.1:0 for any free one", addr)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("address %s: this user may not listen there: choose a port above 1023, or 127.0.0.1:0 for any free one", addr)
	case err != nil:
		return nil, fmt.Errorf("listening on %s: %s: give one like 127.0.0.1:8080, or 127.0.0.1:0 for any free port", addr, oneLine(err))
	}
	return ln, nil
}

// Serve answers on ln until ctx ends, then lets pages under way finish, for a short while. It closes ln.
func (s *Site) Serve(ctx context.Context, ln net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // only what a client did wrong would come here
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if server.Shutdown(bounded) != nil {
		_ = server.Close() // what is still under way loses its reader, which is gone anyway
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", ln.Addr(), err)
	}
	return nil
}
