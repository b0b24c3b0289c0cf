package hangdemo

import (
	_ "embed"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

//go:embed netnodeadline.go
var netNoDeadlineSource string

// remote asks a server, one question at a time.
type remote struct {
	mu     sync.Mutex
	conn   net.Conn
	asked  chan struct{} // closed once a question is on its way
	answer [1]byte
}

// ask is the fault: the answer may take for ever, and whoever has another question waits for the lock as long.
func (r *remote) ask() {
	r.mu.Lock() // want holds
	defer r.mu.Unlock()
	_, _ = r.conn.Write([]byte("?"))
	close(r.asked)
	_, _ = r.conn.Read(r.answer[:]) // want waits
}

// askWithin gives up in the end.
func (r *remote) askWithin(timeout time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.conn.SetDeadline(time.Now().Add(timeout))
	_, _ = r.conn.Write([]byte("?"))
	_, _ = r.conn.Read(r.answer[:])
}

func (r *remote) isReady() bool {
	<-r.asked
	r.mu.Lock() // want waits
	defer r.mu.Unlock()
	return r.answer[0] == '!'
}

// dialSleeper gives a connection whose other end a child has that never reads; and stops the child.
func dialSleeper() (*remote, *exec.Cmd) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // no loopback: not what this is about
	}
	defer func() { _ = ln.Close() }()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		panic(err)
	}
	server, err := ln.Accept()
	if err != nil {
		panic(err)
	}
	file, err := server.(*net.TCPConn).File()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command("sleep", "60")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.ExtraFiles = []*os.File{file}
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	_ = file.Close()
	_ = server.Close()
	stop(cmd)
	return &remote{conn: conn, asked: make(chan struct{})}, cmd
}

func breakNetNoDeadline() {
	r, _ := dialSleeper()
	go r.ask() // want created
	go r.isReady()
}

// mendNetNoDeadline asks the same server, and is not answered either.
func mendNetNoDeadline() {
	r, child := dialSleeper()
	r.askWithin(time.Millisecond)
	close(r.asked)
	r.isReady()
	_ = child.Process.Kill()
	_ = child.Wait()
	_ = r.conn.Close()
}
