package dynarray_test

import (
	"os/exec"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Append, At and Set must inline: a call would double their cost. The compiler says so with -m=2, and why not.
func TestInlining(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the compiler")
	}
	cmd := exec.Command("go", "build", "-gcflags=-m=2", "-o", t.TempDir()+"/inline", "./testdata/inline")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, method := range []string{"Append", "At", "Set"} {
		verdict := regexp.MustCompile(`(can|cannot) inline dynarray\.\(\*Array\[go\.shape\.int64\]\)\.` + method +
			`(?: with cost (\d+)|: .*)`).FindStringSubmatch(string(out))
		require.NotNil(t, verdict, "the compiler says nothing of %s", method)
		assert.Equal(t, "can", verdict[1], verdict[0])
		assert.Regexp(t, `testdata/inline/main.go:\d+:\d+: inlining call to dynarray\.\(\*Array\[go\.shape\.int64\]\)\.`+method, string(out))
		t.Logf("%s: cost %s of 80", method, verdict[2])
	}
}
