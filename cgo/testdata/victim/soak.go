package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"innards/cgo/cdemo"
)

// soak does all at once for a while: threads that churn, children that are forked off, C that calls back into Go, blocks that
// grow. At the end it says how often, from which follows what must be alive.
func soak(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	rows, _ := cdemo.Find("callback")
	var runs, forks, grown atomic.Int64
	var all sync.WaitGroup
	repeat := func(n *atomic.Int64, pause time.Duration, work func()) {
		all.Go(func() {
			for tick := time.NewTicker(pause); ctx.Err() == nil; n.Add(1) {
				work()
				<-tick.C
			}
		})
	}
	repeat(&runs, 300*time.Millisecond, threads)
	repeat(&runs, 500*time.Millisecond, threads)
	repeat(&forks, 15*time.Millisecond, fork)
	repeat(&grown, time.Millisecond, grow)
	for range 2 {
		all.Go(func() {
			if err := rows.Fixed(ctx, io.Discard, cdemo.Pace{Rounds: 1 << 30, Pause: 10 * time.Millisecond}); err != nil {
				panic(err)
			}
		})
	}
	all.Wait()
	fmt.Println(churners*10*runs.Load(), forks.Load(), grown.Load())
}
