package leak

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/tracefmt"
)

const smaps = `00400000-004ba000 r-xp 00000000 fe:00 1234      /srv/server
Size:                744 kB
Rss:                 100 kB
VmFlags: rd ex mr mw me
01c3f000-01d00000 rw-p 00000000 00:00 0         [heap]
Rss:                 400 kB
c000000000-c000400000 rw-p 00000000 00:00 0
Rss:                2048 kB
7f0000000000-7f0000021000 rw-p 00000000 00:00 0
Rss:                 512 kB
7f0000021000-7f0004000000 ---p 00000000 00:00 0
Rss:                   0 kB
7f0010001000-7f0010002000 ---p 00000000 00:00 0
Rss:                   0 kB
7f0010002000-7f0010802000 rw-p 00000000 00:00 0
Rss:                  20 kB
7f0010903000-7f0010904000 rw-p 00000000 00:00 0
Rss:                   8 kB
7f1000000000-7f1000021000 rw-s 00000000 00:19 77     /dev/shm/innards-12-ab
Rss:                  64 kB
7f1100000000-7f1100001000 rw-p 00000000 00:19 78     /home/u/.cache/innards/malloctrace-0.so
Rss:                   4 kB
7f1100001000-7f1101001000 rw-p 00000000 00:00 0
Rss:                1024 kB
7ffe00000000-7ffe00021000 rw-p 00000000 00:00 0     [stack]
Rss:                  12 kB
`

func TestResidentIsDividedWithoutARest(t *testing.T) {
	r, err := parseSmaps(strings.NewReader(smaps), "/dev/shm/innards-12-ab")
	require.NoError(t, err)
	r = r.Close(300 << 10)
	assert.Equal(t, Resident{
		RSS: (100 + 400 + 2048 + 512 + 20 + 8 + 64 + 4 + 1024 + 12) << 10, Go: 2048 << 10, CLive: 300 << 10,
		CFree: (400 + 512 - 300) << 10, Mmap: 100 << 10, Stacks: (12 + 20) << 10, Tracer: (64 + 4 + 1024) << 10, Other: 8 << 10,
		heap: (400 + 512) << 10,
	}, r)
	assert.Equal(t, r.RSS, r.Go+r.CLive+r.CFree+r.Mmap+r.Stacks+r.Tracer+r.Other)
	assert.Zero(t, r.Close(1<<30).Other, "living memory need not be resident")
	_, err = parseSmaps(strings.NewReader("Rss: many kB\n"), "")
	require.Error(t, err)
}

func TestResidentOfThisProcess(t *testing.T) {
	r, err := ReadResident(os.Getpid(), "")
	require.NoError(t, err)
	assert.Greater(t, r.RSS, r.Mmap)
	assert.Positive(t, r.Mmap)
	assert.Positive(t, r.Stacks)
}

func TestProfileHoldsWhatTheSitesHold(t *testing.T) {
	trace, _, err := tracefmt.ReadText(strings.NewReader(twoCallers), "two")
	require.NoError(t, err)
	heap, names := FromTrace(trace)
	sites := heap.Sites(trace.End, names, trace.Lost)
	p, err := Profile(sites, trace.Period, trace.Modules, "/srv/server", time.Unix(1, 0), trace.End)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, p.Write(&b))
	again, err := profile.Parse(&b)
	require.NoError(t, err)
	assert.Equal(t, "inuse_space", again.DefaultSampleType)
	require.Len(t, again.Sample, 5, "a sample a stack")
	var live int64
	for _, s := range again.Sample {
		assert.LessOrEqual(t, s.Value[3], s.Value[1])
		assert.Equal(t, []string{"malloc"}, s.Label["resource"])
		live += s.Value[3]
	}
	assert.EqualValues(t, 100*(100+300+7+5)+9, live)
	assert.Equal(t, []string{"growing"}, again.Sample[0].Label["class"])
	inner := again.Sample[0].Location
	assert.Equal(t, []string{"malloc", "make", "dep.New", "main.take"}, []string{
		inner[0].Line[0].Function.Name, inner[1].Line[0].Function.Name, inner[2].Line[0].Function.Name, inner[3].Line[0].Function.Name,
	})
	assert.EqualValues(t, 16, inner[3].Line[0].Line)
}

func TestTextOfAQuietProgram(t *testing.T) {
	r := NewReport(Target{Exe: "/srv/server"}, 3*time.Second, nil, Resident{}, []string{"odd"})
	var b strings.Builder
	require.NoError(t, r.WriteText(&b))
	assert.Contains(t, b.String(), "no C memory leak found")
	assert.Contains(t, b.String(), "in server, watched for 3.0s\n")
	assert.Contains(t, b.String(), "warning: odd")
}

func TestTextPutsTheSitesOfALineTogether(t *testing.T) {
	text := strings.NewReplacer("period 1000\n", "", "2500ms", "250ms").Replace(manyFunctions)
	trace, _, err := tracefmt.ReadText(strings.NewReader(text), "many")
	require.NoError(t, err)
	heap, names := FromTrace(trace)
	r := NewReport(Target{Exe: "x"}, trace.End, heap.Sites(trace.End, names, trace.Lost), Resident{}, nil)
	require.Len(t, r.Found(), 2)
	var b strings.Builder
	require.NoError(t, r.WriteText(&b))
	assert.Equal(t, 1, strings.Count(b.String(), "growing"))
	assert.Contains(t, b.String(), "in 76 blocks, +")
	assert.Contains(t, b.String(), "of it 156.2 KiB in 40 blocks by malloc, make_head")
}
