package inspect

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/diagnose/executable"
)

// TestLayout compares every offset with what the compiler itself says about a program that it just built.
func TestLayout(t *testing.T) {
	known, err := layoutFor(runtime.Version())
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "waits")
	text, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./testdata/waits").CombinedOutput()
	require.NoErrorf(t, err, "%s", text)
	file, err := elf.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	data, err := file.DWARF()
	require.NoError(t, err)
	structs := runtimeStructs(t, data)

	for name, kind := range map[string]byte{
		"runtime._KindSpecialFinalizer": known.kindFinalizer, "runtime._KindSpecialWeakHandle": known.kindWeakHandle,
		"runtime._KindSpecialCleanup": known.kindCleanup,
	} {
		assert.Equal(t, constant(t, data, name), int64(kind), name)
	}
	assert.Equal(t, waitReasons(t, path), known.waitReasons)
	v := reflect.ValueOf(*known)
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("dwarf")
		if tag == "" {
			continue
		}
		want, ok := resolve(structs, tag)
		if assert.Truef(t, ok, "package runtime has no %s", tag) {
			assert.Equalf(t, want, v.Field(i).Uint(), "%s (%s)", tag, v.Type().Field(i).Name)
		}
	}
}

// waitReasons reads the runtime's table of words for what goroutines wait for.
func waitReasons(t *testing.T, path string) []string {
	t.Helper()
	exe, err := executable.Open(path)
	require.NoError(t, err)
	defer func() { assert.NoError(t, exe.Close()) }()
	table, size, ok := exe.Symbol("runtime.waitReasonStrings")
	require.True(t, ok)
	headers := make([]byte, size)
	require.NoError(t, exe.ReadAt(table, headers))
	var words []string
	for ; len(headers) > 0; headers = headers[16:] {
		text := make([]byte, binary.LittleEndian.Uint64(headers[8:]))
		if len(text) > 0 {
			require.NoError(t, exe.ReadAt(binary.LittleEndian.Uint64(headers), text))
		}
		words = append(words, string(text))
	}
	return words
}

func TestLayoutFor(t *testing.T) {
	for _, version := range []string{"go1.26", "go1.26.8", "go1.26rc1", "go1.26.1 X:jsonv2", "go1.26-custom"} {
		l, err := layoutFor(version)
		require.NoError(t, err, version)
		assert.NotZero(t, l.gSize)
	}
	for _, version := range []string{"go1.2", "go1.260", "go1.19.3", "devel +abc", "", "go2.0"} {
		_, err := layoutFor(version)
		assert.Error(t, err, version)
	}
}

func constant(t *testing.T, data *dwarf.Data, name string) int64 {
	t.Helper()
	for r := data.Reader(); ; {
		entry, err := r.Next()
		require.NoError(t, err)
		require.NotNilf(t, entry, "the program's DWARF has no constant %s", name)
		if entry.Tag == dwarf.TagConstant && entry.Val(dwarf.AttrName) == name {
			value, ok := entry.Val(dwarf.AttrConstValue).(int64)
			require.True(t, ok)
			return value
		}
		if entry.Tag == dwarf.TagSubprogram {
			r.SkipChildren()
		}
	}
}

// resolve finds the offset of a field, or the size of a type where no field is named.
func resolve(structs map[string]*dwarf.StructType, tag string) (uint64, bool) {
	parts := strings.Split(tag, ".")
	typ, ok := structs[parts[0]]
	if !ok {
		return 0, false
	}
	if len(parts) == 1 {
		return uint64(typ.ByteSize), true
	}
	var offset int64
next:
	for i, name := range parts[1:] {
		for _, f := range typ.Field {
			if f.Name != name {
				continue
			}
			offset += f.ByteOffset
			inner := f.Type
			if td, ok := inner.(*dwarf.TypedefType); ok {
				inner = td.Type
			}
			if i == len(parts)-2 {
				return uint64(offset), true
			}
			if typ, ok = inner.(*dwarf.StructType); ok {
				continue next
			}
		}
		return 0, false
	}
	return 0, false
}

func runtimeStructs(t *testing.T, data *dwarf.Data) map[string]*dwarf.StructType {
	t.Helper()
	structs := make(map[string]*dwarf.StructType)
	for r := data.Reader(); ; {
		entry, err := r.Next()
		require.NoError(t, err)
		if entry == nil {
			return structs
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		key, ok := strings.CutPrefix(name, "runtime.")
		if !ok {
			if key, ok = strings.CutPrefix(name, "internal/abi."); ok {
				key = "abi:" + key
			}
		}
		if entry.Tag != dwarf.TagStructType || !ok {
			continue
		}
		typ, err := data.Type(entry.Offset)
		require.NoError(t, err)
		if s, ok := typ.(*dwarf.StructType); ok {
			structs[key] = s
		}
	}
}
