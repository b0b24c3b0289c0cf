package cdemo

import (
	"context"
	"embed"
	"fmt"
	"io"
	"strings"
	"time"
)

// Demo is a fault with its known answer, and the same program repaired.
type Demo struct {
	Name  string
	Title string
	Want  Want

	// Run commits the fault, Fixed does the same work without it. Both write "ready" once their steady work has begun,
	// go on for as long as the pace says, and then return; ending the process is the caller's business.
	Run, Fixed func(ctx context.Context, w io.Writer, p Pace) error
}

// Want is what must be found. Its line is where the source says so, not a number that an edit would make wrong.
type Want struct {
	Class    string // leak or growing; pool, warm-up or retained, which are no finding
	Resource string // malloc, mmap, fd, thread, handle or pinner
	Func     string // the function's name without its package
	File     string
	Line     int
	// Bytes lost in each round; of what is not memory, 0.
	BytesPerRound int
	// Retained is the least that the allocator must be said to hold free.
	Retained int64
}

// Found says whether the demo must be found out; the others must be told from a leak.
func (w Want) Found() bool { return w.Class == "leak" || w.Class == "growing" }

// Pace says how long a demo works: so many rounds, so far apart. The zero value is what a person watches.
type Pace struct {
	Rounds int
	Pause  time.Duration
}

func (p Pace) orDefault() Pace {
	if p.Rounds == 0 {
		p.Rounds = 300
	}
	if p.Pause == 0 {
		p.Pause = 10 * time.Millisecond
	}
	return p
}

// Bytes is what a run at that pace loses.
func (d Demo) Bytes(p Pace) int { return p.orDefault().Rounds * d.Want.BytesPerRound }

// All gives the demos.
func All() []Demo {
	return []Demo{
		{
			Name: "cstring", Title: "a C string is made for every request and never freed",
			Want: Want{Class: "leak", Resource: "malloc", Func: "greet", BytesPerRound: requestsPerRound * (nameBytes + 1)}.
				at("cstring.go", "cstring"),
			Run: steady(greetRound(false)), Fixed: steady(greetRound(true)),
		},
		{
			Name: "errorpath", Title: "the path that reports an error forgets to destroy the parser",
			Want: Want{Class: "leak", Resource: "malloc", Func: "parse", BytesPerRound: failuresPerRound * (parserBytes + parserBufferBytes)}.
				at("errorpath.go", "errorpath"),
			Run: steady(parseRound(false)), Fixed: steady(parseRound(true)),
		},
		{
			Name: "callback", Title: "C calls back into Go, which makes C memory that nobody keeps",
			Want: Want{Class: "leak", Resource: "malloc", Func: "onRow", BytesPerRound: rowsPerRound * rowBytes}.
				at("callback.go", "callback"),
			Run: steady(scanRound(false)), Fixed: steady(scanRound(true)),
		},
		{
			Name: "outparam", Title: "memory that is got through an out-parameter is the caller's, who does not know",
			Want: Want{Class: "leak", Resource: "malloc", Func: "loadConfig.func1", BytesPerRound: callsPerRound * configBytes}.
				at("ownership.go", "outparam"),
			Run: steady(configRound(false)), Fixed: steady(configRound(true)),
		},
		{
			Name: "aligned", Title: "an aligned buffer of posix_memalign is dropped",
			Want: Want{Class: "leak", Resource: "malloc", Func: "makeBuffer", BytesPerRound: callsPerRound * alignedBytes}.
				at("ownership.go", "aligned"),
			Run: steady(alignedRound(false)), Fixed: steady(alignedRound(true)),
		},
		{
			Name: "asprintf", Title: "the text that asprintf makes is dropped",
			Want: Want{Class: "leak", Resource: "malloc", Func: "describe", BytesPerRound: callsPerRound * 401}.
				at("ownership.go", "asprintf"),
			Run: steady(formatRound(false)), Fixed: steady(formatRound(true)),
		},
		{
			Name: "getline", Title: "the line that getline finds room for is dropped",
			Want: Want{Class: "leak", Resource: "malloc", Func: "readLine", BytesPerRound: callsPerRound * 120}.
				at("ownership.go", "getline"),
			Run: steady(readRound(false)), Fixed: steady(readRound(true)),
		},
		{
			Name: "cycle", Title: "two C blocks point to each other, and nothing else to them",
			Want: Want{Class: "leak", Resource: "malloc", Func: "makeRing", BytesPerRound: callsPerRound * 2 * ringBytes}.
				at("cycle.go", "cycle"),
			Run: steady(ringRound(false)), Fixed: steady(ringRound(true)),
		},
		{
			Name: "perthread", Title: "what C keeps for a thread is left behind by threads that end",
			Want: Want{Class: "leak", Resource: "malloc", Func: "takeOwn", BytesPerRound: callsPerRound * ownBytes}.
				at("cycle.go", "perthread"),
			Run: steady(threadedRound(false)), Fixed: steady(threadedRound(true)),
		},
		{
			Name: "finalizer", Title: "a finalizer is to free C memory, but its object is in a cycle",
			Want: Want{Class: "leak", Resource: "malloc", Func: "makePair", BytesPerRound: callsPerRound * pairBytes}.
				at("cycle.go", "finalizer"),
			Run: steady(finalizedRound(false)), Fixed: steady(finalizedRound(true)),
		},
		{
			Name: "registry", Title: "a registry in C takes entries in, and lets none go",
			Want: Want{Class: "growing", Resource: "malloc", Func: "register", BytesPerRound: callsPerRound * entryBytes}.
				at("cycle.go", "registry"),
			Run: steady(registryRound(false)), Fixed: steady(registryRound(true)),
		},
		{
			Name: "mmap", Title: "memory is mapped and never unmapped",
			Want: Want{Class: "leak", Resource: "mmap", Func: "mapFile", BytesPerRound: resourcesPerRound * mappingBytes}.
				at("resource.go", "mmap"),
			Run: steady(mappingRound(false)), Fixed: steady(mappingRound(true)),
		},
		{
			Name: "fd", Title: "a descriptor that C opens is never closed",
			Want: Want{Class: "growing", Resource: "fd", Func: "openDevice", BytesPerRound: 0}.
				at("resource.go", "fd"),
			Run: steady(descriptorRound(false)), Fixed: steady(descriptorRound(true)),
		},
		{
			Name: "thread", Title: "threads that C starts are neither joined nor detached",
			Want: Want{Class: "growing", Resource: "thread", Func: "startThread", BytesPerRound: 0}.
				at("resource.go", "thread"),
			Run: steady(threadRound(false)), Fixed: steady(threadRound(true)),
		},
		{
			Name: "cxxnew", Title: "an object of C++ is dropped, made in a library that was loaded by dlopen",
			Want: Want{Class: "leak", Resource: "malloc", Func: "makeObject", BytesPerRound: callsPerRound * objectBytes}.
				at("settled.go", "cxxnew"),
			Run: steady(objectRound(false)), Fixed: steady(objectRound(true)),
		},
		{
			Name: "handle", Title: "a cgo.Handle is made for every request, and never deleted",
			Want: Want{Class: "growing", Resource: "handle", Func: "handOver"}.at("wrapper.go", "handle"),
			Run:  steady(handleRound(false)), Fixed: steady(handleRound(true)),
		},
		{
			Name: "pinner", Title: "buffers are pinned for C, and their Pinners kept",
			Want: Want{Class: "growing", Resource: "pinner", Func: "pinBuffer"}.at("wrapper.go", "pinner"),
			Run:  steady(pinnerRound(false)), Fixed: steady(pinnerRound(true)),
		},
		{
			Name: "pool", Title: "no leak: sessions come and go, so many at a time and no more",
			Want: Want{Class: "pool", Resource: "malloc", Func: "openSession"}.at("settled.go", "pool"),
			Run:  steady(sessionRound(false)), Fixed: steady(sessionRound(true)),
		},
		{
			Name: "warm-up", Title: "no leak: a cache is filled at the start and kept",
			Want: Want{Class: "warm-up", Resource: "malloc", Func: "compilePattern"}.at("settled.go", "warmup"),
			Run:  steady(cacheRound(false)), Fixed: steady(cacheRound(true)),
		},
		{
			Name: "retention", Title: "no leak: much memory was given back, and the allocator keeps it",
			Want: Want{Class: "retained", Resource: "malloc", Func: "burst", Retained: burstBlocks * burstBlockBytes * 9 / 10}.
				at("settled.go", "retention"),
			Run: steady(burstRound(false)), Fixed: steady(burstRound(true)),
		},
	}
}

// Find gives the demo of that name.
func Find(name string) (Demo, bool) {
	for _, d := range All() {
		if d.Name == name {
			return d, true
		}
	}
	return Demo{}, false
}

//go:embed cstring.go errorpath.go callback.go ownership.go cycle.go resource.go settled.go wrapper.go
var sources embed.FS

// at finds the line that its own source marks.
func (w Want) at(file, name string) Want {
	source, err := sources.ReadFile(file)
	if err != nil {
		panic("cdemo: " + err.Error())
	}
	n := 0
	for line := range strings.Lines(string(source)) {
		if n++; strings.HasSuffix(strings.TrimSpace(line), "// WANT: "+name) {
			w.File, w.Line = file, n
			return w
		}
	}
	panic("cdemo: no line of " + file + " is marked " + name)
}

// steady makes a demo of a round of work. Beside it runs what a healthy program does as well, so that a finder that takes
// any C memory for a leak is found out: a table is filled at the start and kept, a pool of buffers comes and goes.
func steady(round func() error) func(context.Context, io.Writer, Pace) error {
	return func(ctx context.Context, w io.Writer, p Pace) error {
		p = p.orDefault()
		if err := fillTable(); err != nil {
			return err
		}
		pool := newPool()
		tick := time.NewTicker(p.Pause)
		defer tick.Stop()
		for i := range p.Rounds {
			if err := round(); err != nil {
				return err
			}
			pool.turn()
			if i == 0 {
				fmt.Fprintln(w, "ready")
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
		return nil
	}
}
