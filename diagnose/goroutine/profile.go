package goroutine

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// maxProfiled bounds how many goroutines a profile's counts may stand for: a count is one number in the file, but an
// entry each in the dump.
const maxProfiled = 1 << 20

// ParseProfile reads a goroutine profile of runtime/pprof, gzipped or not. It holds stacks and counts, but neither
// ids nor wait reasons nor ages: ID is 0, State is inferred from the innermost frames, and the goroutines of one sample
// are one and the same *Goroutine, as often as it counts.
func ParseProfile(r io.Reader) (*Dump, error) {
	prof, err := profile.Parse(r)
	if err != nil {
		return nil, fmt.Errorf("goroutine profile: %w", err)
	}
	value := slices.IndexFunc(prof.SampleType, func(t *profile.ValueType) bool { return t.Type == "goroutine" })
	if value < 0 {
		return nil, fmt.Errorf("goroutine profile: it is a profile of %s; take /debug/pprof/goroutine", sampleTypes(prof))
	}
	d := &Dump{Warnings: []string{"a profile has no goroutine ids, wait reasons or ages: states are inferred from frames"}}
	for _, s := range prof.Sample {
		g := &Goroutine{Labels: make(map[string]string)}
		for _, loc := range s.Location {
			for i, line := range loc.Line {
				f := Frame{Line: int(line.Line), Inlined: i < len(loc.Line)-1}
				if line.Function != nil {
					f.Func, f.File = line.Function.Name, line.Function.Filename
				}
				g.Frames = append(g.Frames, f)
			}
		}
		for key, values := range s.Label {
			g.Labels[key] = strings.Join(values, ",")
		}
		if state, ok := g.Labels[stateLabel]; ok { // one that Profile wrote
			g.State = state
			delete(g.Labels, stateLabel)
		} else {
			g.State = stateOf(g.Frames)
		}
		g.System = len(g.Frames) > 0 && systemProfiled(g)
		n := max(s.Value[value], 0)
		if room := int64(maxProfiled - len(d.Goroutines)); n > room {
			d.Warnings = append(d.Warnings, fmt.Sprintf("a sample counts %d goroutines; only %d are kept", n, room))
			n = room
		}
		d.Goroutines = append(d.Goroutines, slices.Repeat([]*Goroutine{g}, int(n))...)
	}
	return d, nil
}

func sampleTypes(p *profile.Profile) string {
	var types []string
	for _, t := range p.SampleType {
		types = append(types, strconv.Quote(t.Type))
	}
	if len(types) == 0 {
		return "nothing"
	}
	return strings.Join(types, ", ")
}

// systemProfiled is systemFrames for a profile, whose goroutines all have the id 0.
func systemProfiled(g *Goroutine) bool {
	withID := Goroutine{ID: 1, Frames: g.Frames}
	return systemFrames(&withID)
}

// stateOf infers a wait reason from the runtime's frames at the top of a stack. They are the runtime's internals, so an
// unknown one costs no more than an empty State.
func stateOf(frames []Frame) string {
	for _, f := range frames {
		switch f.Func {
		case "runtime.chanrecv":
			return "chan receive"
		case "runtime.chansend":
			return "chan send"
		case "runtime.selectgo":
			return "select"
		case "runtime.block":
			return "select (no cases)"
		case "time.Sleep":
			return "sleep"
		case "internal/poll.runtime_pollWait":
			return "IO wait"
		case "sync.runtime_notifyListWait":
			return "sync.Cond.Wait"
		case "sync.(*Mutex).Lock", "internal/sync.(*Mutex).Lock":
			return "sync.Mutex.Lock"
		case "sync.(*RWMutex).RLock":
			return "sync.RWMutex.RLock"
		case "sync.(*RWMutex).Lock":
			return "sync.RWMutex.Lock"
		case "sync.(*WaitGroup).Wait":
			return "sync.WaitGroup.Wait"
		case "syscall.Syscall", "syscall.Syscall6", "runtime.cgocall":
			return "syscall"
		case "os/signal.signal_recv":
			return "syscall"
		}
		if !strings.HasPrefix(f.Func, "runtime.") && !strings.HasPrefix(f.Func, "sync.") &&
			!strings.HasPrefix(f.Func, "internal/") {
			break
		}
	}
	return ""
}

const (
	stateLabel     = "state"
	waitingLabel   = "waiting"
	objectLabel    = "waits for"
	goroutineLabel = "goroutine"
)

// Profile gives the dump as a goroutine profile that pprof opens: a sample for each stack, state and set of labels.
// The goroutine's own labels are kept; "state", "waiting" (in whole minutes) and "waits for" (the lock or channel, where a
// living process was read) are added, and the id where a sample stands for one goroutine alone.
func (d *Dump) Profile() *profile.Profile {
	b := profileBuilder{
		prof: &profile.Profile{
			SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
			PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"},
			Period:     1,
			TimeNanos:  time.Now().UnixNano(),
		},
		functions: make(map[Frame]*profile.Function),
		locations: make(map[string]*profile.Location),
		samples:   make(map[string]*profile.Sample),
	}
	for _, g := range d.Goroutines {
		labels := map[string]string{}
		if minutes := int(g.Waiting / time.Minute); minutes > 0 {
			labels[waitingLabel] = strconv.Itoa(minutes) + " minutes"
		}
		if len(g.Waits) == 1 && g.Waits[0].Object != 0 {
			labels[objectLabel] = fmt.Sprintf("%s %#x", g.Waits[0].Kind, g.Waits[0].Object)
		}
		b.add(g, labels, g.ID, 1)
	}
	return b.prof
}

// WallProfile adds up readings of one process to a wall-clock profile: how long goroutines have been where they are, on a
// processor or off it. Time goes to a stack, a state and the goroutine's own labels.
type WallProfile struct{ b profileBuilder }

// NewWallProfile gives an empty one, of readings from start on, taken every period or less often.
func NewWallProfile(start time.Time, period time.Duration) *WallProfile {
	return &WallProfile{profileBuilder{
		prof: &profile.Profile{
			SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "wall", Unit: "nanoseconds"}},
			PeriodType: &profile.ValueType{Type: "wall", Unit: "nanoseconds"},
			Period:     int64(period),
			TimeNanos:  start.UnixNano(),
		},
		functions: make(map[Frame]*profile.Function),
		locations: make(map[string]*profile.Location),
		samples:   make(map[string]*profile.Sample),
	}}
}

// Add counts a reading for the time since the one before. The runtime's own goroutines are left out.
func (w *WallProfile) Add(d *Dump, elapsed time.Duration) {
	w.b.prof.DurationNanos += int64(elapsed)
	for _, g := range d.Goroutines {
		if !g.System && len(g.Frames) > 0 {
			w.b.add(g, map[string]string{}, 0, 1, int64(elapsed))
		}
	}
}

// Profile gives what was added so far.
func (w *WallProfile) Profile() *profile.Profile { return w.b.prof }

type profileBuilder struct {
	prof      *profile.Profile
	functions map[Frame]*profile.Function // by Func and File alone
	locations map[string]*profile.Location
	samples   map[string]*profile.Sample
	key       []byte
}

// add counts a goroutine. Its own labels and its state are added to those given. An id that is not 0 becomes a label where
// a sample stands for one goroutine alone.
func (b *profileBuilder) add(g *Goroutine, labels map[string]string, id int64, values ...int64) {
	for k, v := range g.Labels {
		if _, taken := labels[k]; !taken {
			labels[k] = v
		}
	}
	labels[stateLabel] = g.State
	stack := make([]*profile.Location, 0, len(g.Frames))
	b.key = b.key[:0]
	for i := 0; i < len(g.Frames); {
		end := i // an inlined group and the frame that holds it are one location
		for end < len(g.Frames)-1 && g.Frames[end].Inlined {
			end++
		}
		loc := b.location(g.Frames[i : end+1])
		b.key = strconv.AppendUint(b.key, loc.ID, 36)
		b.key = append(b.key, ' ')
		stack = append(stack, loc)
		i = end + 1
	}
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		b.key = append(strconv.AppendQuote(b.key, k), labels[k]...)
		b.key = append(b.key, 0)
	}
	if s, ok := b.samples[string(b.key)]; ok {
		for i, v := range values {
			s.Value[i] += v
		}
		delete(s.NumLabel, goroutineLabel)
		return
	}
	s := &profile.Sample{Location: stack, Value: values, Label: make(map[string][]string)}
	for k, v := range labels {
		s.Label[k] = []string{v}
	}
	if id != 0 {
		s.NumLabel = map[string][]int64{goroutineLabel: {id}}
	}
	b.samples[string(b.key)] = s
	b.prof.Sample = append(b.prof.Sample, s)
}

func (b *profileBuilder) location(group []Frame) *profile.Location {
	var key strings.Builder
	for _, f := range group {
		fmt.Fprintf(&key, "%s\x00%s\x00%d\x00", f.Func, f.File, f.Line)
	}
	if loc, ok := b.locations[key.String()]; ok {
		return loc
	}
	loc := &profile.Location{ID: uint64(len(b.prof.Location) + 1)}
	for _, f := range group {
		loc.Line = append(loc.Line, profile.Line{Function: b.function(f), Line: int64(f.Line)})
	}
	b.locations[key.String()] = loc
	b.prof.Location = append(b.prof.Location, loc)
	return loc
}

func (b *profileBuilder) function(f Frame) *profile.Function {
	key := Frame{Func: f.Func, File: f.File}
	fn, ok := b.functions[key]
	if !ok {
		fn = &profile.Function{ID: uint64(len(b.prof.Function) + 1), Name: f.Func, SystemName: f.Func, Filename: f.File}
		b.functions[key] = fn
		b.prof.Function = append(b.prof.Function, fn)
	}
	return fn
}
