package npy_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/dynarray/npy"
)

// script checks the files that the test wrote, and writes some for it to read.
const script = `
import os, sys
try:
    import numpy as np
except ImportError:
    print("no numpy")
    sys.exit(0)
os.chdir(sys.argv[1])
for name in sorted(n for n in os.listdir(".") if n.startswith("go-")):
    for mode in (None, "r"):
        a = np.load(name, mmap_mode=mode)
        print(name[3:-4], a.dtype.name, a.shape, a.tolist(), a.flags["ALIGNED"])
grid = np.arange(6).reshape(2, 3)
for t in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split():
    for order in "<>":
        np.save("py-%s-%s.npy" % (t, "le" if order == "<" else "be"), grid.astype(order + t))
np.save("py-fortran.npy", np.asfortranarray(grid))
np.save("py-structured.npy", np.zeros(2, dtype=[("x", "<f4"), ("y", "<i8", (2,))]))
np.save("py-object.npy", np.array([None, {}], dtype=object))
np.save("py-half.npy", grid.astype("f2"))
np.save("py-scalar.npy", np.float64(2.5))
np.save("py-empty.npy", np.zeros((0, 5)))
with open("py-version2.npy", "wb") as f:
    np.lib.format.write_array(f, np.arange(3.0), version=(2, 0))
np.save("py-big.npy", np.arange(100000, dtype=">i4"))
print("done")
`

// TestNumPy lets a real NumPy read what we write, and reads what it writes.
func TestNumPy(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	dir := t.TempDir()
	save(t, dir, "bool", []bool{true, false})
	save(t, dir, "int8", []int8{-1, 2})
	save(t, dir, "int64", []int{1, 2, 3, 4, 5, 6}, 2, 3)
	save(t, dir, "uint16", []uint16{65535}, 1, 1, 1)
	save(t, dir, "float32", []float32{0.5, -2})
	save(t, dir, "float64", []float64{}, 0, 4)
	save(t, dir, "complex128", []complex128{1 - 2i})

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, python, "-c", script, dir)
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	var failure bytes.Buffer
	child.Stderr = &failure
	out, err := child.Output()
	if strings.HasPrefix(string(out), "no numpy") {
		t.Skip("this python3 has no NumPy")
	}
	require.NoError(t, err, "%s", failure.String())
	want := ""
	for _, line := range []string{
		"bool bool (2,) [True, False] True",
		"complex128 complex128 (1,) [(1-2j)] True",
		"float32 float32 (2,) [0.5, -2.0] True",
		"float64 float64 (0, 4) [] True",
		"int64 int64 (2, 3) [[1, 2, 3], [4, 5, 6]] True",
		"int8 int8 (2,) [-1, 2] True",
		"uint16 uint16 (1, 1, 1) [[[65535]]] True",
	} {
		want += line + "\n" + line + "\n" // loaded, and mapped
	}
	assert.Equal(t, want+"done\n", string(out))

	bothOrders(t, dir, "b1", []bool{false, true, true, true, true, true})
	bothOrders(t, dir, "i1", []int8{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "i2", []int16{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "i4", []int32{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "i8", []int64{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "u1", []uint8{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "u2", []uint16{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "u4", []uint32{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "u8", []uint64{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "f4", []float32{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "f8", []float64{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "c8", []complex64{0, 1, 2, 3, 4, 5})
	bothOrders(t, dir, "c16", []complex128{0, 1, 2, 3, 4, 5})
	for name, want := range map[string]string{
		"fortran": "np.ascontiguousarray", "structured": "np.save each field", "object": "Python objects", "half": "np.float64",
	} {
		_, _, err := npy.Read[int64](bytes.NewReader(load(t, dir, name)))
		assert.ErrorContains(t, err, want, name)
	}
	one, shape := read[float64](t, load(t, dir, "scalar"))
	assert.Equal(t, []float64{2.5}, one)
	assert.Empty(t, shape)
	none, shape := read[float64](t, load(t, dir, "empty"))
	assert.Empty(t, none)
	assert.Equal(t, []int{0, 5}, shape)
	three, _ := read[float64](t, load(t, dir, "version2"))
	assert.Equal(t, []float64{0, 1, 2}, three)
	big, _ := read[int32](t, load(t, dir, "big"))
	require.Len(t, big, 100_000)
	for i, v := range big {
		require.Equal(t, int32(i), v)
	}
}

func save[T npy.Element](t *testing.T, dir, name string, elements []T, shape ...int) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "go-"+name+".npy"))
	require.NoError(t, err)
	require.NoError(t, npy.Write(f, elements, shape...))
	require.NoError(t, f.Close())
}

func load(t *testing.T, dir, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "py-"+name+".npy"))
	require.NoError(t, err)
	return content
}

func bothOrders[T npy.Element](t *testing.T, dir, kind string, want []T) {
	t.Helper()
	for _, order := range []string{"le", "be"} {
		got, shape := read[T](t, load(t, dir, kind+"-"+order))
		assert.Equal(t, want, got, "%s, %s", kind, order)
		assert.Equal(t, []int{2, 3}, shape)
	}
}
