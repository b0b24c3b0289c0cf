package inspect

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Peer is the other end of a connection.
type Peer struct {
	Address string // "127.0.0.1:5432"
	Ends    []End  // who has it open, as far as that is on this machine and may be looked into
}

// Peer finds the other end of a TCP connection that a goroutine waits for. ok is false where the socket is of another kind,
// or is not connected. It reads the kernel's list of all connections, and asks all processes: for a few waits, not for all.
func (p *Process) Peer(w KernelWait) (peer Peer, ok bool) {
	inode := strings.TrimSuffix(strings.TrimPrefix(w.File, "socket:["), "]")
	all := p.connections()
	i := slices.IndexFunc(all, func(c connection) bool { return c.inode == inode })
	if i < 0 {
		return Peer{}, false
	}
	peer.Address = all[i].remote.String()
	other := slices.IndexFunc(all, func(c connection) bool { return c.local == all[i].remote && c.remote == all[i].local })
	if other >= 0 {
		file := "socket:[" + all[other].inode + "]"
		ends := map[string][]End{file: nil}
		findEnds(ends)
		peer.Ends = ends[file]
	}
	return peer, true
}

// connection is one that is established.
type connection struct {
	local, remote netip.AddrPort
	inode         string
}

// connections reads the lists of the process's network namespace, of which the columns have not changed since there was
// /proc: number, local address, remote address, state, queues, timer, retransmissions, user, timeout, inode.
func (p *Process) connections() []connection {
	const established = "01"
	var all []connection
	for _, list := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", p.pid, list))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != established {
				continue
			}
			local, ok := hexAddress(f[1])
			remote, ok2 := hexAddress(f[2])
			if ok && ok2 {
				all = append(all, connection{local, remote, f[9]})
			}
		}
	}
	return all
}

// hexAddress reads "0100007F:1F90": words of four bytes in the machine's order, then the port. An IPv4 address comes out the
// same from either list.
func hexAddress(s string) (netip.AddrPort, bool) {
	address, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(address)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for word := range slices.Chunk(raw, 4) {
		slices.Reverse(word)
	}
	addr, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(n)), ok
}
