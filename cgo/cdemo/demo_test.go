//go:build cgo

package cdemo_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"innards/cgo/cdemo"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDemosWorkForAsLongAsTheyAreTold(t *testing.T) {
	for _, d := range cdemo.All() {
		for name, work := range map[string]func() (string, error){
			"faulty": func() (string, error) {
				var b bytes.Buffer
				err := d.Run(context.Background(), &b, cdemo.Pace{Rounds: 3, Pause: time.Millisecond})
				return b.String(), err
			},
			"fixed": func() (string, error) {
				var b bytes.Buffer
				err := d.Fixed(context.Background(), &b, cdemo.Pace{Rounds: 3, Pause: time.Millisecond})
				return b.String(), err
			},
			"ended": func() (string, error) {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				var b bytes.Buffer
				err := d.Run(ctx, &b, cdemo.Pace{Rounds: 1 << 30, Pause: time.Hour})
				return b.String(), err
			},
		} {
			out, err := work()
			require.NoError(t, err, "%s, %s", d.Name, name)
			assert.Equal(t, "ready\n", out, "%s, %s", d.Name, name)
		}
	}
}

func TestAnswersAreReadFromTheSource(t *testing.T) {
	lines := map[string]bool{}
	for _, d := range cdemo.All() {
		found, ok := cdemo.Find(d.Name)
		require.True(t, ok)
		assert.Equal(t, d.Want, found.Want)
		assert.Positive(t, d.Want.Line)
		assert.Equal(t, 7*d.Want.BytesPerRound, d.Bytes(cdemo.Pace{Rounds: 7}))
		lines[fmt.Sprint(d.Want.File, d.Want.Line)] = true
	}
	assert.Len(t, lines, len(cdemo.All()))
	_, ok := cdemo.Find("none")
	assert.False(t, ok)
}
