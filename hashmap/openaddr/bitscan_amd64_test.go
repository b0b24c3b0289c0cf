package openaddr

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// At GOAMD64=v1 the place of the lowest bit comes from BSF, which takes its destination register for an input. If
// that was last written by a load of the look-up before, which may have missed the cache, independent look-ups wait
// for each other: a million entries took 150 ns a hit instead of 45. So in every instantiation of find the register
// must have been written in find itself before.
func TestBitScanWaitsForNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a build and a disassembly")
	}
	binary := filepath.Join(t.TempDir(), "find") // a small program: to compile this package's tests again takes 20 s
	if out, err := exec.Command("go", "build", "-o", binary, "./testdata/find").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	out, err := exec.Command("go", "tool", "objdump", "-s", `openaddr\.\(\*Map\[.*\)\.find$`, binary).CombinedOutput()
	if err != nil {
		t.Fatalf("go tool objdump: %v\n%s", err, out)
	}
	finds, scans, written := 0, 0, map[string]bool{}
	last := regexp.MustCompile(`\b(AX|BX|CX|DX|SI|DI|R8|R9|R1[0-5])$`)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "TEXT") {
			finds++
			clear(written)
			continue
		}
		if len(fields) < 4 {
			continue
		}
		op, operands := fields[3], strings.Join(fields[4:], " ")
		register := last.FindString(operands)
		if strings.HasPrefix(op, "BSF") {
			if scans++; !written[register] {
				t.Errorf("BSF into a register that find has not written: %s", line)
			}
		}
		if register != "" && !strings.HasPrefix(op, "CMP") && !strings.HasPrefix(op, "TEST") && !strings.HasPrefix(op, "BT") {
			written[register] = true
		}
		if strings.HasPrefix(op, "MUL") {
			written["AX"], written["DX"] = true, true
		}
	}
	if finds != 7 {
		t.Errorf("%d instantiations of find; the program has 7 kinds of keys", finds)
	}
	if scans == 0 && !strings.Contains(string(out), "TZCNT") {
		t.Error("no bit scan found in any find")
	}
}
