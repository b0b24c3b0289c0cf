package cgo

import (
	"debug/dwarf"
	"fmt"
	"strings"

	"innards/cgo/tracefmt"
)

// layouts holds, for each Go release, where its runtime keeps what a stack walk needs. A test compares the newest with
// the DWARF of a program that it builds.
var layouts = map[string]tracefmt.GoRuntime{
	"go1.26": {
		Known: 1,
		GM:    48, GStackLo: 0, GStackHi: 8,
		GSchedPC: 64, GSchedBP: 96,
		GSyscallSP: 104, GSyscallPC: 112, GSyscallBP: 120,
		MG0: 0, MCurg: 184, MCalls: 320, MInCall: 280,
	},
}

// Layout gives the runtime's layout in programs of that Go version, such as "go1.26.8", from the table. tlsg is where a
// thread keeps its current goroutine.
func Layout(version string, tlsg int32) (tracefmt.GoRuntime, bool) {
	version, _, _ = strings.Cut(version, " ") // experiments follow it
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return tracefmt.GoRuntime{}, false
	}
	minor, _, _ := strings.Cut(parts[1], "rc")
	l, ok := layouts[parts[0]+"."+minor]
	l.TLSG = tlsg
	return l, ok
}

// LayoutFromDWARF reads the same from a program's own debugging information: for releases that the table does not know.
// It takes tens of milliseconds.
func LayoutFromDWARF(d *dwarf.Data, tlsg int32) (tracefmt.GoRuntime, error) {
	types := map[string]*dwarf.StructType{}
	r := d.Reader()
	for len(types) < 3 {
		e, err := r.Next()
		if err != nil {
			return tracefmt.GoRuntime{}, fmt.Errorf("cgo: layout of the runtime: %w", err)
		}
		if e == nil {
			break
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		if e.Tag != dwarf.TagStructType || (name != "runtime.g" && name != "runtime.m" && name != "runtime.gobuf") {
			continue
		}
		t, err := d.Type(e.Offset)
		if err != nil {
			return tracefmt.GoRuntime{}, fmt.Errorf("cgo: layout of the runtime: %s: %w", name, err)
		}
		types[name], _ = t.(*dwarf.StructType)
	}
	l := tracefmt.GoRuntime{Known: 1, TLSG: tlsg}
	var sched uint32
	for _, f := range []struct {
		to          *uint32
		strct, name string
	}{
		{&l.GM, "runtime.g", "m"}, {&l.GStackLo, "runtime.g", "stack"}, {&sched, "runtime.g", "sched"},
		{&l.GSyscallSP, "runtime.g", "syscallsp"}, {&l.GSyscallPC, "runtime.g", "syscallpc"},
		{&l.GSyscallBP, "runtime.g", "syscallbp"}, {&l.MG0, "runtime.m", "g0"}, {&l.MCurg, "runtime.m", "curg"},
		{&l.GSchedPC, "runtime.gobuf", "pc"}, {&l.GSchedBP, "runtime.gobuf", "bp"},
		{&l.MCalls, "runtime.m", "ncgocall"}, {&l.MInCall, "runtime.m", "incgo"},
	} {
		offset, ok := fieldOffset(types[f.strct], f.name)
		if !ok {
			return tracefmt.GoRuntime{}, fmt.Errorf("cgo: layout of the runtime: no field %s in %s", f.name, f.strct)
		}
		*f.to = offset
	}
	l.GStackHi = l.GStackLo + 8 // runtime.stack is two words, lo and hi
	l.GSchedPC += sched
	l.GSchedBP += sched
	return l, nil
}

func fieldOffset(t *dwarf.StructType, name string) (uint32, bool) {
	if t == nil {
		return 0, false
	}
	for _, f := range t.Field {
		if f.Name == name {
			return uint32(f.ByteOffset), true
		}
	}
	return 0, false
}
