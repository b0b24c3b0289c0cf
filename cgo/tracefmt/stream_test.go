package tracefmt

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func create(t *testing.T) *Stream {
	t.Helper()
	s, err := Create(filepath.Join(t.TempDir(), "stream"), Config{Period: 7, Slots: 10, Stacks: 4096})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s
}

// publish does what the tracer does, for the place that the head is at.
func publish(s *Stream, e Event) {
	write(s, claim(s), e)
}

func claim(s *Stream) uint64 {
	s.h.Head++
	return s.h.Head - 1
}

func write(s *Stream, place uint64, e Event) {
	*view[slot](s.m.mem, s.h.SlotsAt, place&(s.h.Slots-1), uint64(s.h.SlotBytes)) = slot{
		Seq: uint32(place + 1), Time: uint64(e.Time), Addr: e.Addr, SizeKind: e.Size<<8 | uint64(e.Kind), Stack: e.Stack,
	}
}

func collect(to *[]uint64) func(Event) {
	return func(e Event) { *to = append(*to, e.Addr) }
}

func TestDrainFollowsTheRingRoundAndRound(t *testing.T) {
	s := create(t)
	require.EqualValues(t, 16, s.h.Slots)
	var got, want []uint64
	for i := range uint64(100) {
		publish(s, Event{Kind: Alloc, Addr: i})
		want = append(want, i)
		if i%7 == 0 {
			s.Drain(collect(&got))
		}
	}
	s.Drain(collect(&got))
	assert.Equal(t, want, got)
}

func TestAClaimedPlaceHoldsUpTheReaderUntilItIsWritten(t *testing.T) {
	s := create(t)
	var got []uint64
	publish(s, Event{Kind: Alloc, Addr: 1})
	late := claim(s)
	publish(s, Event{Kind: Alloc, Addr: 3})
	s.Drain(collect(&got))
	assert.Equal(t, []uint64{1}, got)
	write(s, late, Event{Kind: Alloc, Addr: 2})
	s.Drain(collect(&got))
	assert.Equal(t, []uint64{1, 2, 3}, got)
}

func TestFinishSkipsWhatADeadWriterLeftUnwritten(t *testing.T) {
	s := create(t)
	var got []uint64
	for i := range uint64(9) {
		if place := claim(s); i%3 != 1 {
			write(s, place, Event{Kind: Alloc, Addr: i})
		}
	}
	s.Finish(collect(&got))
	assert.Equal(t, []uint64{0, 2, 3, 5, 6, 8}, got)
}

func TestDrainGivesUpOnAPlaceThatStaysUnwritten(t *testing.T) {
	s := create(t)
	var got []uint64
	claim(s)
	publish(s, Event{Kind: Alloc, Addr: 1})
	s.Drain(collect(&got))
	assert.Empty(t, got)
	s.stuckSince = s.stuckSince.Add(-2 * patience)
	s.Drain(collect(&got))
	assert.Equal(t, []uint64{1}, got)
}

func TestOpenRefusesWhatIsNoStream(t *testing.T) {
	s := create(t)
	whole, err := os.ReadFile(s.Path)
	require.NoError(t, err)
	damaged := func(change func(b []byte)) []byte {
		b := append([]byte(nil), whole...)
		change(b)
		return b
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":    {nil, "no stream"},
		"foreign":  {make([]byte, 1<<16), "magic word"},
		"cut":      {whole[:len(whole)-1], "cut short"},
		"version":  {damaged(func(b []byte) { b[8] = 9 }), "version 9"},
		"ring":     {damaged(func(b []byte) { b[64] = 17 }), "outside the file"},
		"stacks":   {damaged(func(b []byte) { b[47] = 1 }), "outside the file"},
		"ring end": {damaged(func(b []byte) { b[67] = 1; b[64] = 0 }), "outside the file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stream")
			require.NoError(t, os.WriteFile(path, c.file, 0o600))
			_, err := Open(path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// Stacks and modules of a stream whose numbers are random must be refused, not read beyond the mapping.
func TestNumbersFromADamagedStreamStayInside(t *testing.T) {
	s := create(t)
	for i := range s.m.mem[s.h.StacksAt : s.h.StacksAt+s.h.StacksBytes] {
		s.m.mem[s.h.StacksAt+uint64(i)] = 0xff
	}
	for name := range uint32(2000) {
		_, ok := s.Stack(name)
		assert.False(t, ok)
	}
	s.h.ModulesUsed = 1 << 31
	assert.Len(t, s.Modules(), modulesCap)
}

func TestTimeIsTheClocks(t *testing.T) {
	s := create(t)
	publish(s, Event{Kind: Alloc, Time: 3 * time.Second, Addr: 5, Size: 6, Stack: 7})
	publish(s, Event{Kind: Free, Addr: 5})
	publish(s, Event{Kind: None, Time: 4 * time.Second})
	publish(s, Event{Kind: Alloc, Addr: 5})
	var got []Event
	s.Drain(func(e Event) { got = append(got, e) })
	assert.Equal(t, []Event{
		{Time: 3 * time.Second, Kind: Alloc, Addr: 5, Size: 6, Stack: 7},
		{Time: 3 * time.Second, Kind: Free, Addr: 5}, // one that tells no time has that of the one before
		{Time: 4 * time.Second, Kind: Alloc, Addr: 5},
	}, got)
}
