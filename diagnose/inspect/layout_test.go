package inspect

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/executable"
)

// TestLayout compares every offset with what the compiler itself says about a program that it just built.
func TestLayout(t *testing.T) {
	known := layoutOf(minorOf(runtime.Version()))
	require.NotNilf(t, known, "there is no table for %s: see layoutgen", runtime.Version())
	compareLayout(t, known, "")
}

// releases are those whose tables were printed from a program of theirs. They need not be there.
var releases = map[int]string{22: "go1.22.12", 23: "go1.23.12", 24: "go1.24.13", 25: "go1.25.7"}

// TestOlderLayouts does the same with the older toolchains, as far as they are in the module cache.
func TestOlderLayouts(t *testing.T) {
	for minor, toolchain := range releases {
		t.Run(toolchain, func(t *testing.T) {
			compareLayout(t, layoutOf(minor), toolchainHere(t, toolchain))
		})
	}
}

// toolchainHere gives what GOTOOLCHAIN has to be, if the toolchain need not be fetched.
func toolchainHere(t *testing.T, name string) string {
	t.Helper()
	cmd := exec.Command("go", "version")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+name, "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no toolchain %s in the module cache: GOTOOLCHAIN=%s go version fetches it (%s)", name, name, out)
	}
	return name
}

// buildWith builds a program under test with another toolchain. The go.mod of this module may ask for a newer one.
func buildWith(t *testing.T, toolchain, prog string) string {
	t.Helper()
	dir := t.TempDir()
	source, err := os.ReadFile(filepath.Join("testdata", prog, "main.go"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), source, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module prog\n\ngo 1.22\n"), 0o600))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", "prog", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off")
	if toolchain != "" {
		cmd.Env = append(cmd.Env, "GOTOOLCHAIN="+toolchain)
	}
	text, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s", text)
	return filepath.Join(dir, "prog")
}

func compareLayout(t *testing.T, known *layout, toolchain string) {
	t.Helper()
	exe, err := executable.Open(buildWith(t, toolchain, "waits"))
	require.NoError(t, err)
	defer func() { assert.NoError(t, exe.Close()) }()
	measured, err := measure(exe)
	require.NoError(t, err)
	assert.Equal(t, measured, known)
	assert.NotZero(t, known.gSize)

	var table bytes.Buffer
	require.NoError(t, WriteLayout(&table, exe.Path))
	file := fmt.Sprintf("layout_go1%d.go", minorOf(exe.GoVersion))
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	_, want, _ = bytes.Cut(want, []byte("\n")) // the first line names the patch release
	_, got, _ := bytes.Cut(table.Bytes(), []byte("\n"))
	assert.Equal(t, string(want), string(got), "%s is not what layoutgen prints", file)
}

func TestLayoutFor(t *testing.T) {
	for _, version := range []string{"go1.26", "go1.26.8", "go1.26rc1", "go1.26.1 X:jsonv2", "go1.26-custom", "go1.22.1"} {
		assert.NotNil(t, layoutOf(minorOf(version)), version)
	}
	for _, version := range []string{"go1.2", "go1.260", "go1.19.3", "devel +abc", "", "go2.0"} {
		assert.Nil(t, layoutOf(minorOf(version)), version)
	}
	// A release without a table is measured, if it was built with debug information.
	path := filepath.Join(t.TempDir(), "bare")
	text, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", path, "./testdata/many").CombinedOutput()
	require.NoErrorf(t, err, "%s", text)
	exe, err := executable.Open(path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, exe.Close()) }()
	exe.GoVersion = "go1.99.1"
	_, err = layoutFor(exe)
	require.ErrorContains(t, err, "built by go1.99.1, whose runtime structures are not known here")
	require.ErrorContains(t, err, "no debug information")
}
