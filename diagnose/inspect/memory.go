package inspect

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// request is one range of the target's memory and where it goes.
type request struct {
	addr uint64
	buf  []byte
	ok   bool // set by readAll: buf was filled
}

// memory reads another process without stopping it.
type memory struct {
	pid  int
	file *os.File // /proc/PID/mem, opened only where process_vm_readv is not allowed (some containers filter it)
	core *core    // or this instead of a process
}

// maxVectors is the kernel's limit on the ranges of one process_vm_readv call.
const maxVectors = 1024

// readAll fills the requests in as few system calls as it can: about 0.3 µs a range instead of 1 µs a call. A range that
// cannot be read is left with ok unset. The error is that of the process as a whole: gone, or not permitted.
func (m *memory) readAll(reqs []request) error {
	if m.core != nil {
		for i := range reqs {
			reqs[i].ok = m.core.read(reqs[i].addr, reqs[i].buf)
		}
		return nil
	}
	if m.file != nil {
		return m.readEach(reqs)
	}
	local := make([]unix.Iovec, 0, min(len(reqs), maxVectors))
	remote := make([]unix.RemoteIovec, 0, cap(local))
	for at := 0; at < len(reqs); {
		local, remote = local[:0], remote[:0]
		for i := at; i < len(reqs) && len(local) < maxVectors; i++ {
			var v unix.Iovec
			if len(reqs[i].buf) > 0 {
				v.Base = &reqs[i].buf[0]
			}
			v.SetLen(len(reqs[i].buf))
			local = append(local, v)
			remote = append(remote, unix.RemoteIovec{Base: uintptr(reqs[i].addr), Len: len(reqs[i].buf)})
		}
		n, err := unix.ProcessVMReadv(m.pid, local, remote, 0)
		if err != nil && !errors.Is(err, unix.EFAULT) {
			return err
		}
		// The kernel stops at the first range that it cannot read whole.
		done := 0
		for n = max(n, 0); done < len(local) && n >= len(reqs[at+done].buf); done++ {
			n -= len(reqs[at+done].buf)
			reqs[at+done].ok = true
		}
		if at += done; done < len(local) {
			at++ // leave out the one that failed
		}
	}
	return nil
}

// readMissing fills those requests that are not filled yet.
func (m *memory) readMissing(reqs []request) error {
	var missing []request
	var at []int
	for i := range reqs {
		if !reqs[i].ok {
			missing, at = append(missing, reqs[i]), append(at, i)
		}
	}
	err := m.readAll(missing)
	for k, i := range at {
		reqs[i].ok = missing[k].ok
	}
	return err
}

func (m *memory) readEach(reqs []request) error {
	for i := range reqs {
		n, err := m.file.ReadAt(reqs[i].buf, int64(reqs[i].addr))
		reqs[i].ok = n == len(reqs[i].buf)
		if err != nil && !errors.Is(err, unix.EIO) && !errors.Is(err, unix.EFAULT) && n == 0 && len(reqs[i].buf) > 0 {
			return err
		}
	}
	return nil
}

func (m *memory) read(addr uint64, b []byte) error {
	reqs := []request{{addr: addr, buf: b}}
	if err := m.readAll(reqs); err != nil {
		return err
	}
	if !reqs[0].ok {
		return fmt.Errorf("%d bytes at %#x are not mapped", len(b), addr)
	}
	return nil
}

// openMemory chooses the way to read by trying it on addr, which is known to be mapped.
func openMemory(pid int, addr uint64) (*memory, error) {
	m := &memory{pid: pid}
	var probe [8]byte
	err := m.read(addr, probe[:])
	if !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.ENOSYS) {
		return m, err
	}
	if file, fallback := os.Open(fmt.Sprintf("/proc/%d/mem", pid)); fallback == nil {
		m.file = file
		return m, m.read(addr, probe[:])
	}
	return nil, err
}

func (m *memory) close() error {
	if m.core != nil {
		return m.core.file.Close()
	}
	if m.file != nil {
		return m.file.Close()
	}
	return nil
}
