package cgo_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"innards/cgo"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompileOnce(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	first, err := cgo.Compile(context.Background())
	require.NoError(t, err)
	before, err := os.Stat(first)
	require.NoError(t, err)
	second, err := cgo.Compile(context.Background())
	require.NoError(t, err)
	after, err := os.Stat(second)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.True(t, os.SameFile(before, after), "compiled again")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(first), "*"))
	require.NoError(t, err)
	assert.Equal(t, []string{first}, left, "nothing else stays in the cache")
}

func TestTheTracerCompilesWithoutWarning(t *testing.T) {
	out, err := exec.Command("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-c",
		"-o", filepath.Join(t.TempDir(), "tracer.o"), "malloctrace/malloctrace.c").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestCompileAtTheSameTime(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			path, err := cgo.Compile(context.Background())
			assert.NoError(t, err)
			assert.FileExists(t, path)
		})
	}
	wg.Wait()
}

func TestNoCompiler(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("CC", "")
	_, err := cgo.Compile(context.Background())
	require.ErrorIs(t, err, cgo.ErrNoCompiler)
	assert.ErrorContains(t, err, "install gcc")
	t.Setenv("CC", "no-such-cc")
	_, err = cgo.Compile(context.Background())
	require.ErrorIs(t, err, cgo.ErrNoCompiler)
	assert.ErrorContains(t, err, "no-such-cc")
}

func TestExamineSaysWhyNot(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	build := func(name, text string, cgoEnabled string, flags ...string) string {
		require.NoError(t, os.WriteFile(source, []byte(text), 0o600))
		exe := filepath.Join(dir, name)
		cmd := exec.Command("go", append(append([]string{"build", "-o", exe}, flags...), source)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED="+cgoEnabled)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return exe
	}
	const c = "package main\n\n// #include <stdlib.h>\nimport \"C\"\n\nfunc main() { C.free(nil) }\n"
	script := filepath.Join(dir, "script")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"), 0o700))
	for name, path := range map[string]string{
		"not a Go program":  "/bin/sh",
		"not a Go program ": script,
		"no such file":      filepath.Join(dir, "none"),
		"without cgo":       build("pure", "package main\n\nfunc main() {}\n", "0"),
		"statically linked": build("static", c, "1", "-ldflags=-linkmode=external -extldflags=-static"),
	} {
		_, err := cgo.Examine(path)
		if assert.Error(t, err, path) {
			assert.Contains(t, err.Error()+" ", name)
			assert.NotContains(t, err.Error(), "\n")
		}
	}
}
