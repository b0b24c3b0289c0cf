package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serve runs s on a loopback port for the length of the test and returns its address.
func serve(t testing.TB, s *Site) string {
	t.Helper()
	ln, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	return ln.Addr().String()
}

// raw sends a request as written, which http.Client would tidy up first.
func raw(t testing.TB, addr, request string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(conn, request)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err, request)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}

func TestHost(t *testing.T) {
	s := open(t)
	for host, want := range map[string]int{
		"127.0.0.1:4711": 200, "127.0.0.1": 200, "localhost": 200, "LOCALHOST:80": 200, "[::1]:80": 200, "[::1]": 200, "127.9.9.9:1": 200,
		"": 403, "evil.example": 403, "127.0.0.1.evil.example:80": 403, "localhost.evil.example": 403, "192.0.2.1:80": 403,
		"0.0.0.0:80": 403, "evil.example:127.0.0.1": 403, "127.0.0.1@evil.example": 403, "localhost.:80": 403,
	} {
		assert.Equal(t, want, ask(s, "/", func(r *http.Request) { r.Host = host }).Code, host)
	}
}

func TestOtherSites(t *testing.T) {
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	for _, c := range []struct {
		path    string
		headers string
		want    int
	}{
		{"/pprof/cpu/source", "", 200},
		{"/pprof/cpu/source", "Sec-Fetch-Site: none, Sec-Fetch-Mode: navigate", 200},
		{"/pprof/cpu/source", "Sec-Fetch-Site: same-origin", 200},
		{"/pprof/cpu/source", "Sec-Fetch-Site: cross-site", 403},
		{"/pprof/cpu/source", "Sec-Fetch-Site: same-site", 403}, // another port of localhost
		{"/pprof/cpu/source", "Sec-Fetch-Site: cross-site, Sec-Fetch-Mode: navigate, Sec-Fetch-Dest: document", 403},
		{"/", "Sec-Fetch-Site: cross-site, Sec-Fetch-Mode: navigate, Sec-Fetch-Dest: document", 200},
		{"/", "Sec-Fetch-Site: cross-site, Sec-Fetch-Mode: navigate, Sec-Fetch-Dest: iframe", 403},
		{"/", "Sec-Fetch-Site: cross-site", 403},
		{"/", "Origin: https://evil.example", 403},
		{"/", "Origin: null", 403},
		{"/", "Origin: http://127.0.0.1:9", 403},
		{"/", "Origin: http://127.0.0.1:4711", 200},
		{"/", "Sec-Fetch-Site: same-origin, Origin: https://evil.example", 403},
	} {
		got := ask(s, c.path, func(r *http.Request) {
			for pair := range strings.SplitSeq(c.headers, ", ") {
				if key, value, ok := strings.Cut(pair, ": "); ok {
					r.Header.Set(key, value)
				}
			}
		})
		assert.Equal(t, c.want, got.Code, "%s with %s", c.path, c.headers)
	}
}

func TestOnlyReading(t *testing.T) {
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"} {
		for _, path := range []string{"/", "/pprof/cpu/top", "/pprof/cpu/saveconfig"} {
			w := ask(s, path, func(r *http.Request) { r.Method = method })
			assert.Equal(t, http.StatusMethodNotAllowed, w.Code, method)
			assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
		}
	}
	assert.Equal(t, 200, ask(s, "/pprof/cpu/top", func(r *http.Request) { r.Method = "HEAD" }).Code)
}

func TestHeaders(t *testing.T) {
	s := open(t, put(t, t.TempDir(), "cpu.pb.gz", encode(t, synthetic("leaf", 1))))
	for _, path := range []string{"/", "/style.css", "/favicon.ico", "/pprof/cpu/flamegraph", "/pprof/cpu/download",
		"/pprof/none/top", "/nowhere"} {
		w := ask(s, path, nil)
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"), path)
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"), path)
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'", path)
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		assert.NotContains(t, w.Header().Get("Content-Security-Policy"), "http", path)
		assert.NotEmpty(t, w.Header().Get("Content-Type"), path)
	}
}

func TestListenRefuses(t *testing.T) {
	for addr, want := range map[string]string{
		"0.0.0.0:0": "not loopback", ":0": "not loopback", "[::]:0": "not loopback", "192.0.2.1:80": "not loopback", "example.com:80": "not loopback",
		"localhost.example:0": "not loopback", "8080": "missing port", "127.0.0.1:99999": "invalid port", "127.0.0.1": "missing port",
	} {
		ln, err := Listen(addr)
		if ln != nil {
			_ = ln.Close()
		}
		assert.ErrorContains(t, err, want, addr)
	}
	ln, err := Listen("localhost:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	assert.True(t, strings.HasPrefix(ln.Addr().String(), "127.0.0.1:"))
	_, err = Listen(ln.Addr().String())
	assert.ErrorContains(t, err, "in use by another program")
}

// TestServeEnds: a page under way gets to its end first.
func TestServeEnds(t *testing.T) {
	s := open(t)
	entered, leave := make(chan struct{}), make(chan struct{})
	s.pages = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		_, _ = io.WriteString(w, "whole")
	})
	ln, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	body := make(chan string, 1)
	go func() {
		answer, err := http.Get("http://" + ln.Addr().String())
		if err != nil {
			body <- err.Error()
			return
		}
		defer func() { _ = answer.Body.Close() }()
		text, _ := io.ReadAll(answer.Body)
		body <- string(text)
	}()
	<-entered
	stop()
	close(leave)
	assert.Equal(t, "whole", <-body)
	select {
	case err := <-ended:
		assert.NoError(t, err)
	case <-time.After(farewell + 5*time.Second):
		t.Fatal("Serve did not end with its context")
	}
	_, err = net.Dial("tcp", ln.Addr().String())
	assert.Error(t, err, "the port is free again")
}
