//go:build scoreboard

package scoreboard

import (
	"slices"
	"strings"

	"innards/diagnose/hang"
)

// bug is one of GoBench's kinds, with the classes that describe it truly.
type bug struct {
	name    string
	classes []hang.Class
}

var (
	lonely  = []hang.Class{hang.ChanNoPeer, hang.SelectNoPeer}
	mixed   = slices.Concat(lonely, []hang.Class{hang.LockOverBlock, hang.LockCycle})
	group   = slices.Concat(mixed, []hang.Class{hang.WaitgroupShort})
	asleep  = []hang.Class{hang.CondLostWakeup, hang.WaitgroupShort, hang.LockOverBlock}
	twice   = []hang.Class{hang.SelfDeadlock, hang.LeakedLock, hang.OnceRecursion}
	crossed = []hang.Class{hang.LockCycle}
	reread  = []hang.Class{hang.RWMutexReentry}
)

// bugs lists the kernels by GoBench's kinds. Hugo5379 is filed there as double locking; it is a Once and a lock crosswise.
// The readers of Kubernetes58107 wait for a Cond while a writer is queued.
var bugs = func() map[string]bug {
	all := make(map[string]bug)
	for _, kind := range []struct {
		bug
		kernels string
	}{
		{bug{"channel", lonely}, `Cockroach2448 Cockroach24808 Cockroach25456 Cockroach35073 Cockroach35931 Etcd6857
			Grpc1275 Grpc1424 Grpc660 Istio17860 Kubernetes38669 Kubernetes5316 Kubernetes70277 Moby21233
			Syncthing5795`},
		{bug{"channel and context", lonely}, `Cockroach10790 Cockroach13197 Cockroach13755 Cockroach18101 Grpc862 Istio18454
			Kubernetes25331 Moby33781`},
		{bug{"condition variable", asleep}, `Moby30408`},
		{bug{"channel and condition variable", slices.Concat(lonely, asleep)}, `Kubernetes11298 Moby27782`},
		{bug{"channel and lock", mixed}, `Etcd6873 Etcd7492 Etcd7902 Grpc1460 Istio16224 Kubernetes10182
			Kubernetes1321 Kubernetes26980 Kubernetes6632 Moby28462 Serving2137`},
		{bug{"channel and WaitGroup", group}, `Cockroach1055 Cockroach1462`},
		{bug{"WaitGroup", group}, `Moby25348`},
		{bug{"locks crosswise", crossed}, `Cockroach10214 Cockroach7504 Hugo3251 Kubernetes13135 Kubernetes30872 Moby4951`},
		{bug{"a reader again", reread}, `Cockroach16167 Cockroach3710 Cockroach6181 Kubernetes62464`},
		{bug{"a reader again", slices.Concat(reread, asleep)}, `Kubernetes58107`},
		{bug{"double locking", twice}, `Cockroach584 Cockroach9935 Etcd10492 Etcd6708 Grpc3017 Grpc795 Moby17176
			Moby36114 Moby7559 Syncthing4829`},
		{bug{"double locking", crossed}, `Hugo5379`},
		{bug{"double locking", slices.Concat(twice, []hang.Class{hang.RWMutexReentry})}, `Etcd5509`},
	} {
		for _, name := range strings.Fields(kind.kernels) {
			all[name] = kind.bug
		}
	}
	return all
}()
