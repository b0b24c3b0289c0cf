package hangdemo

import (
	_ "embed"
	"io"
	"net"
	"net/http"
)

//go:embed poolexhausted.go
var poolExhaustedSource string

// probe asks a server for its health, over one connection at most.
type probe struct {
	client http.Client
	url    string
}

func newProbe(url string) *probe {
	return &probe{http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}, url}
}

// healthy is the fault: it looks at the status and leaves the body open. The connection cannot be used again before the
// body has been read or closed.
func (p *probe) healthy() bool {
	resp, err := p.client.Get(p.url) // want waits
	return err == nil && resp.StatusCode == http.StatusOK
}

// healthyClosed reads what is left and closes the body.
func (p *probe) healthyClosed() bool {
	resp, err := p.client.Get(p.url)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode == http.StatusOK
}

// serveHealth answers on a port of its own, with a page that is larger than what is read ahead.
func serveHealth() (url string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // no loopback: not what this is about
	}
	page := make([]byte, 1<<20)
	go func() {
		_ = http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) }))
	}()
	return "http://" + ln.Addr().String()
}

func checkTwice(healthy func() bool) {
	healthy()
	healthy()
}

func breakPoolExhausted() {
	p := newProbe(serveHealth())
	go checkTwice(p.healthy) // want created
}

func mendPoolExhausted() {
	p := newProbe(serveHealth())
	checkTwice(p.healthyClosed)
	p.client.CloseIdleConnections()
}
