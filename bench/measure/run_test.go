package measure

import (
	"runtime"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestThreadTimeMovesWithWork(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	clock, err := ThreadTime()
	if err != nil {
		t.Skip(err)
	}
	start := clock.Read()
	for x := uint64(1); clock.Read()-start < time.Millisecond; x *= 3 {
		_ = x
	}
	assert.GreaterOrEqual(t, clock.Read()-start, time.Millisecond)
}

func TestProfiles(t *testing.T) {
	// Stopped at once: fgprof must not see that.
	running, err := StartProfiles()
	require.NoError(t, err)
	_, err = StartProfiles()
	require.ErrorContains(t, err, "another one running")
	cpu, wall, err := running.Stop()
	require.NoError(t, err)

	// Had it come too early all the same, that would be an error.
	running.stopWall = func() error { panic("integer divide by zero") }
	require.ErrorContains(t, running.endWall(), "no sample was taken")

	parsed, err := profile.ParseData(cpu)
	require.NoError(t, err)
	assert.Equal(t, "cpu", parsed.SampleType[1].Type)
	parsed, err = profile.ParseData(wall)
	require.NoError(t, err)
	assert.NotEmpty(t, parsed.Sample)
	require.NotEmpty(t, parsed.Mapping)
	assert.Equal(t, "innards", parsed.Mapping[0].File)
}

func TestMachine(t *testing.T) {
	m := ThisMachine()
	assert.Positive(t, m.Cores)
	assert.NotEmpty(t, m.Go)
	busy := Machine{Cores: 2, Load: 3, Build: map[string]string{"-race": "true", "GOAMD64": "v1"}}
	assert.Equal(t, []string{
		"built with -race=true: the times are not those of an ordinary build",
		"the machine was busy before the run began: load 3.0 on 2 cores",
	}, busy.Warnings())
	assert.Empty(t, Machine{Cores: 2, Load: -1}.Warnings())
}
