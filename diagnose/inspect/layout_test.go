package inspect

import (
	"debug/dwarf"
	"debug/elf"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
