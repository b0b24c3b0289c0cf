package inspect

import (
	"debug/dwarf"
	"encoding/binary"
	"errors"
	"fmt"
	"go/format"
	"io"
	"reflect"
	"strings"
	"unsafe"

	"innards/diagnose/executable"
)

// measure reads the layout of a release from the debug information of an executable that it built.
func measure(exe *executable.File) (*layout, error) {
	data, err := exe.DWARF()
	if err != nil {
		return nil, err
	}
	known, err := readRuntimeTypes(data)
	if err != nil {
		return nil, fmt.Errorf("read the debug information: %w", err)
	}
	l := new(layout)
	v := reflect.ValueOf(l).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if name, ok := field.Tag.Lookup("constant"); ok {
			*fieldOf[byte](v, i) = byte(known.constants[name])
		}
		tag, ok := field.Tag.Lookup("dwarf")
		if !ok {
			continue
		}
		names, optional := strings.CutSuffix(tag, ",optional")
		offset, found := absent, false
		for name := range strings.SplitSeq(names, "|") {
			if at, ok := known.offset(name); ok {
				offset, found = at, true
				break
			}
		}
		if !found && !optional {
			return nil, fmt.Errorf("the runtime has no %s", names)
		}
		*fieldOf[uint64](v, i) = offset
	}
	minor := minorOf(exe.GoVersion)
	if l.kindFinalizer == 0 || minor != 0 && minor < 22 {
		return nil, errors.New("the runtime is too old, or too new, to be understood")
	}
	l.labelsListed = minor == 0 || minor >= 24
	l.waitsNoted = known.has("maybeTraceablePtr")
	l.waitReasons, err = readWaitReasons(exe)
	return l, err
}

// fieldOf gives the address of a field that is not exported, for which package reflect gives no way to set it.
func fieldOf[T byte | uint64](v reflect.Value, i int) *T {
	f := v.Field(i)
	if f.Kind() != reflect.TypeFor[T]().Kind() {
		panic("inspect: a field of layout has the wrong type: " + v.Type().Field(i).Name)
	}
	// Rule 5 of package unsafe: the result of UnsafeAddr becomes a pointer in the same expression; the kinds are the same.
	return (*T)(unsafe.Pointer(f.UnsafeAddr()))
}

// runtimeTypes is what debug information tells of the runtime: its structures and its constants.
type runtimeTypes struct {
	structs   map[string]*dwarf.StructType
	constants map[string]int64
}

func readRuntimeTypes(data *dwarf.Data) (*runtimeTypes, error) {
	t := &runtimeTypes{structs: make(map[string]*dwarf.StructType), constants: make(map[string]int64)}
	for r := data.Reader(); ; {
		entry, err := r.Next()
		if err != nil || entry == nil {
			return t, err
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		key, ok := strings.CutPrefix(name, "runtime.")
		if !ok {
			if key, ok = strings.CutPrefix(name, "internal/abi."); ok {
				key = "abi:" + key
			}
		}
		switch entry.Tag {
		case dwarf.TagSubprogram:
			r.SkipChildren()
		case dwarf.TagConstant:
			if value, isInt := entry.Val(dwarf.AttrConstValue).(int64); ok && isInt {
				t.constants[name] = value
			}
		case dwarf.TagStructType:
			if !ok || strings.ContainsAny(key, ".<[") {
				continue
			}
			typ, err := data.Type(entry.Offset)
			if err != nil {
				return nil, err
			}
			if s, ok := typ.(*dwarf.StructType); ok {
				t.structs[key] = s
			}
		}
	}
}

func (t *runtimeTypes) has(name string) bool { return t.structs[name] != nil }

// offset finds the offset of a field, or the size of a type where no field is named.
func (t *runtimeTypes) offset(path string) (uint64, bool) {
	parts := strings.Split(path, ".")
	typ, ok := t.structs[parts[0]]
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
			if i == len(parts)-2 {
				return uint64(offset), true
			}
			inner := f.Type
			if td, ok := inner.(*dwarf.TypedefType); ok {
				inner = td.Type
			}
			if typ, ok = inner.(*dwarf.StructType); ok {
				continue next
			}
		}
		return 0, false
	}
	return 0, false
}

// readWaitReasons reads the runtime's table of words for what goroutines wait for.
func readWaitReasons(exe *executable.File) ([]string, error) {
	table, size, ok := exe.Symbol("runtime.waitReasonStrings")
	if !ok || size > 1<<16 {
		return nil, errors.New("the runtime's table of wait reasons was not found")
	}
	headers := make([]byte, size&^15)
	if err := exe.ReadAt(table, headers); err != nil {
		return nil, err
	}
	var words []string
	for ; len(headers) > 0; headers = headers[16:] {
		addr, n := binary.LittleEndian.Uint64(headers), binary.LittleEndian.Uint64(headers[8:])
		text := make([]byte, min(n, 1<<10))
		if n > 0 {
			if err := exe.ReadAt(addr, text); err != nil {
				return nil, err
			}
		}
		words = append(words, string(text))
	}
	return words, nil
}

// WriteLayout writes the Go file with the layout of the release that built an executable, from the executable's debug
// information. See layoutgen.
func WriteLayout(w io.Writer, path string) error {
	exe, err := executable.Open(path)
	if err != nil {
		return fmt.Errorf("inspect: %w", err)
	}
	defer func() { _ = exe.Close() }()
	l, err := measure(exe)
	if err != nil {
		return fmt.Errorf("inspect: measure %s: %w", path, err)
	}
	minor := minorOf(exe.GoVersion)
	var b strings.Builder
	fmt.Fprintf(&b, "// Code generated by layoutgen from a program built by %s. DO NOT EDIT.\n\npackage inspect\n\n", exe.GoVersion)
	fmt.Fprintf(&b, "// go1%d is the layout of Go 1.%d.\nfunc go1%d() *layout {\nreturn &layout{\n", minor, minor, minor)
	v := reflect.ValueOf(*l)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); {
		case f.Kind() == reflect.Uint64 && f.Uint() == absent:
			fmt.Fprintf(&b, "%s: absent,\n", name)
		case f.Kind() == reflect.Uint64:
			fmt.Fprintf(&b, "%s: %#x,\n", name, f.Uint())
		case f.Kind() == reflect.Uint8:
			fmt.Fprintf(&b, "%s: %d,\n", name, f.Uint())
		case f.Kind() == reflect.Bool:
			fmt.Fprintf(&b, "%s: %t,\n", name, f.Bool())
		}
	}
	b.WriteString("waitReasons: []string{\n")
	for _, reason := range l.waitReasons {
		fmt.Fprintf(&b, "%q,\n", reason)
	}
	b.WriteString("},\n}\n}\n")
	source, err := format.Source([]byte(b.String()))
	if err != nil {
		return fmt.Errorf("inspect: write the layout: %w", err)
	}
	if _, err = w.Write(source); err != nil {
		return fmt.Errorf("inspect: write the layout: %w", err)
	}
	return nil
}
