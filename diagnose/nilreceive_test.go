package diagnose

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The ends of functions as Go 1.26 compiles them, up to and including the call of runtime.chanrecv1.
func TestChannelFromCall(t *testing.T) {
	for name, tc := range map[string]struct {
		code     string
		from, ok bool
	}{
		"v := <-s.c, from memory":               {"488b4a08 48c744241000000000 488b01 488d5c2410 e8d8f7f7ff", false, true},
		"<-ctx.Done(), the result of a call":    {"488b4818 4889d8 ffd1 0f1f00 31db e872f8f7ff", true, true},
		"c := f(); g(); <-c, kept on the stack": {"e8bb39fbff e8762ffbff 488b442410 31db e80af7f7ff", false, true},
		"<-nil, a Done that was inlined":        {"4839d0 750f 31c0 31db e872f8f7ff", true, true},
		"v := <-nil":                            {"4883ec28 31c0 488d5c2420 e8c6f7f7ff", false, false},
		"no code":                               {"0f0f", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := hex.DecodeString(strings.ReplaceAll(tc.code, " ", ""))
			require.NoError(t, err)
			from, ok := channelFromCall(code)
			require.Equal(t, tc.ok, ok)
			require.Equal(t, tc.from, from)
		})
	}
}
