package main

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The laws of the house. A failure here is a wall in the wrong place: move the code, not the law.

// forbidden says which room may not know which: an arrow that starts in a package under from and ends in one under to.
var forbidden = []struct{ from, to, why string }{
	{"hashmap", "orderedmap dynarray cgo diagnose bench", "a structure stands alone; tools stand on it"},
	{"orderedmap", "dynarray cgo diagnose bench", "a structure may stand on a hash map, never on a tool"},
	{"dynarray", "hashmap orderedmap cgo diagnose bench", "a structure stands alone; tools stand on it"},
	{"cgo", "diagnose bench", "the tracer delivers a stream; what it means is said in diagnose"},
	{"diagnose", "bench", "they meet in main.go and in files only"},
	{"bench", "diagnose cgo", "they meet in main.go and in files only"},
}

// mayImportC lists the only packages with import "C".
var mayImportC = map[string]bool{"dynarray": true, "dynarray/kernel": true, "cgo/malloctrace": true, "cgo/cdemo": true}

// drawers are file names that name no term of the field.
var drawers = regexp.MustCompile(`^(utils?|common|helpers?|misc|types|base|shared)(_\w+)?\.go$`)

const longestFile = 700

type source struct {
	path, dir string // slash-separated, from the root
	test      bool
	text      []byte
	file      *ast.File
}

var positions = token.NewFileSet()

// sources parses every Go file of the module but those in testdata and in nested modules.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			name := entry.Name()
			if path != "." && (name == "testdata" || strings.HasPrefix(name, ".") || name == "innards-runs") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(positions, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(path)
		dir := filepath.ToSlash(filepath.Dir(path))
		all = append(all, source{slashed, dir, strings.HasSuffix(path, "_test.go"), text, file})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 50, "the walk must see the whole module")
	return all
}

// imports yields the paths that a file imports.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.file.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

func under(dir, room string) bool { return dir == room || strings.HasPrefix(dir, room+"/") }

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			target, ours := strings.CutPrefix(path, "innards/")
			if !ours {
				continue
			}
			for _, rule := range forbidden {
				if !under(s.dir, rule.from) {
					continue
				}
				for _, room := range strings.Fields(rule.to) {
					assert.False(t, under(target, room), "%s imports %s: %s", s.path, path, rule.why)
				}
			}
			if strings.HasSuffix(target, "test") {
				assert.True(t, s.test || strings.HasSuffix(s.dir, "test"), "%s imports %s, which is for tests alone", s.path, path)
			}
		}
	}
}

func TestCAndUnsafeStandWhereTheyMay(t *testing.T) {
	unsafeFiles := map[string][]string{}
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			switch path {
			case "C":
				assert.True(t, mayImportC[s.dir], `%s has import "C"`, s.path)
			case "unsafe":
				if !s.test {
					unsafeFiles[s.dir] = append(unsafeFiles[s.dir], s.path)
					checkUnsafeIsExplained(t, s)
				}
			}
		}
	}
	for dir, files := range unsafeFiles {
		if mayImportC[dir] {
			continue // passing a pointer to C needs package unsafe in the file that calls C
		}
		assert.LessOrEqual(t, len(files), 1, "package %s uses unsafe in %v: gather it in one file", dir, files)
	}
}

// checkUnsafeIsExplained wants a comment in or above every top-level declaration that uses unsafe's pointers.
func checkUnsafeIsExplained(t *testing.T, s source) {
	for _, decl := range s.file.Decls {
		uses := false
		ast.Inspect(decl, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "unsafe" && sel.Sel.Name != "Sizeof" {
					uses = true
				}
			}
			return true
		})
		if !uses {
			continue
		}
		explained := false
		for _, group := range s.file.Comments {
			near := positions.Position(group.End()).Line >= positions.Position(decl.Pos()).Line-1
			explained = explained || near && group.Pos() < decl.End()
		}
		assert.True(t, explained, "%s: say why this use of unsafe is sound", positions.Position(decl.Pos()))
	}
}

func TestFilesAreShortAndNamedAfterATerm(t *testing.T) {
	for _, s := range sources(t) {
		lines := bytes.Count(s.text, []byte("\n"))
		assert.LessOrEqual(t, lines, longestFile, "%s is too long: split it by its terms", s.path)
		assert.NotRegexp(t, drawers, filepath.Base(s.path), "%s: name the file after what is in it", s.path)
	}
}

func TestBuildsUneditedOnTheNextGo(t *testing.T) {
	for _, s := range sources(t) {
		for _, group := range s.file.Comments {
			for _, comment := range group.List {
				assert.False(t, strings.HasPrefix(comment.Text, "//go:linkname"), "%s has a linkname", s.path)
				if strings.HasPrefix(comment.Text, "//go:build") {
					assert.NotContains(t, comment.Text, "!go1.", "%s caps the Go version", s.path)
				}
			}
		}
	}
}

// A library that prints or exits takes a decision that belongs to its caller.
func TestLibrariesNeitherPrintNorExit(t *testing.T) {
	banned := map[string]bool{"os.Exit": true, "fmt.Print": true, "fmt.Printf": true, "fmt.Println": true, "log.Fatal": true,
		"log.Fatalf": true, "log.Print": true, "log.Printf": true, "log.Println": true, "os.Stdout": true, "os.Stderr": true}
	for _, s := range sources(t) {
		if s.test || s.file.Name.Name == "main" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok {
					assert.False(t, banned[x.Name+"."+sel.Sel.Name], "%s: %s.%s", positions.Position(n.Pos()), x.Name, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestEveryPackageHasItsEssay(t *testing.T) {
	packages, essays := map[string]string{}, map[string]bool{}
	for _, s := range sources(t) {
		if s.test || s.dir == "." {
			continue
		}
		packages[s.dir] = s.file.Name.Name
		if filepath.Base(s.path) == "doc.go" {
			essays[s.dir] = s.file.Doc != nil && strings.HasPrefix(s.file.Doc.Text(), "Package "+s.file.Name.Name)
		}
	}
	for dir := range packages {
		assert.True(t, essays[dir], "%s wants a doc.go that begins with its package's name", dir)
	}
}

func TestUnknownCommandIsOneLineAndStatus2(t *testing.T) {
	for _, args := range [][]string{{"hnag"}, {"help", "hnag"}, {"hang", "--nonsense"}, {"bench", "nonsense"}, {"leak"}, {"hang"}, {"demo", "nonsense"}, {"completion", "nonsense"}} {
		var stdout, stderr bytes.Buffer
		status := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr)
		assert.Equal(t, 2, status, "%v", args)
		assert.Empty(t, stdout.String(), "%v", args)
		assert.Regexp(t, `^innards: [^\n]+\n$`, stderr.String(), "%v", args)
	}
}

// example is a command shown to readers, with the output that they are promised.
type example struct{ where, command, want string }

// fences finds the examples of a Markdown text: in a fenced block, a line "$ command" and the lines beneath it.
func fences(where, text string) []example {
	var all []example
	inside := false
	for number, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = !inside
		case inside && strings.HasPrefix(line, "$ "):
			all = append(all, example{fmt.Sprintf("%s:%d", where, number+1), line[2:], ""})
		case inside && len(all) > 0:
			all[len(all)-1].want += line + "\n"
		}
	}
	return all
}

// comments finds the examples of a doc comment: an indented line "$ command" and the indented lines beneath it.
func comments(s source) []example {
	if s.file.Doc == nil || s.test {
		return nil
	}
	var all []example
	open := false
	for _, line := range strings.Split(s.file.Doc.Text(), "\n") {
		command, isCommand := strings.CutPrefix(line, "\t$ ")
		output, isOutput := strings.CutPrefix(line, "\t")
		switch {
		case isCommand:
			all = append(all, example{s.path, command, ""})
			open = true
		case open && isOutput:
			all[len(all)-1].want += output + "\n"
		case strings.TrimSpace(line) != "":
			open = false
		}
	}
	return all
}

var (
	hexNumber = regexp.MustCompile(`0x[0-9a-f]+`)
	number    = regexp.MustCompile(`[~=]?[0-9]+([.,][0-9]+)*`) // bench marks ratios that prove nothing with ~ or =
	// A leak is judged by samples, and a busy machine gives fewer; the words of other verdicts are held.
	sureness = regexp.MustCompile(`(growing \(|/s, )(certain|likely)`)
	space    = regexp.MustCompile(`[ \t]+`)
	rule     = regexp.MustCompile(`[─━═-]{3,}`)
)

// mask hides what differs from run to run: numbers, and the column widths that depend on them.
func mask(line string) string {
	line = hexNumber.ReplaceAllString(line, "0xN")
	line = number.ReplaceAllString(line, "N")
	line = sureness.ReplaceAllString(line, "${1}sure")
	line = rule.ReplaceAllString(line, "---")
	return strings.TrimSpace(space.ReplaceAllString(line, " "))
}

// matches compares output with what was promised, line by line. A promised line "…" stands for any number of lines.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if strings.TrimSpace(want[0]) == "…" {
		for skip := 0; skip <= len(got); skip++ {
			if matches(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && mask(want[0]) == mask(got[0]) && matches(want[1:], got[1:])
}

func lines(text string) []string {
	text = strings.TrimRight(text, "\n \t")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// TestShownCommandsPrintWhatIsShown runs every "$ " line of the README and of the doc comments, in a shell, in a folder of
// its own, with innards on the PATH. They show this checkout's folder as "innards".
func TestShownCommandsPrintWhatIsShown(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	all := fences("README.md", string(readme))
	require.NotEmpty(t, all, "the README shows no command")
	for _, s := range sources(t) {
		all = append(all, comments(s)...)
	}

	root, err := os.Getwd()
	require.NoError(t, err)
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "innards"), ".")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	scratch := t.TempDir()
	for _, shown := range all {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		shell := exec.CommandContext(ctx, "sh", "-c", shown.command)
		shell.Dir = scratch
		shell.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1")
		got, err := shell.CombinedOutput()
		cancel()
		got = bytes.ReplaceAll(got, []byte(root), []byte("innards"))
		assert.True(t, matches(lines(shown.want), lines(string(got))),
			"%s: $ %s (%v)\n--- shown\n%s--- printed\n%s", shown.where, shown.command, err, shown.want, got)
	}
}
