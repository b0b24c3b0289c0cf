package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"

	"innards/bench/callgrind"
	"innards/bench/measure"
	"innards/bench/report"
	"innards/bench/trial"
	"innards/bench/workload"
)

// TestMain lets this program be the child that the command starts: as innards would be, with the name of an area first.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || !slices.Contains(areaNames(), os.Args[1]) {
		os.Exit(m.Run())
	}
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	if err := cmd.Execute(); err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		os.Exit(2)
	}
}

// run runs the command as main does, in a directory of its own.
func run(t *testing.T, ctx context.Context, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	t.Chdir(t.TempDir())
	cmd := Command()
	var out, errs bytes.Buffer
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err = cmd.ExecuteContext(ctx)
	return out.String(), errs.String(), err
}

// tiny are flags for the smallest run that has everything in it.
func tiny(more ...string) []string {
	return append([]string{"hashmap", "--quick", "--count=6", "--keys=uint64", "--len=50", "--op=iterate,set-presized"}, more...)
}

func TestText(t *testing.T) {
	stdout, stderr, err := run(t, t.Context(), tiny()...)
	require.NoError(t, err)
	assert.Empty(t, stderr, "progress into a pipe")
	for _, want := range []string{"set presized", "iterate", "geomean", "A/A: builtin against itself in 2 cells", "bytes per entry"} {
		assert.Contains(t, stdout, want)
	}
	assert.NoDirExists(t, "innards-runs", "evidence nobody asked for")
}

func TestJSONIsOneDocument(t *testing.T) {
	stdout, _, err := run(t, t.Context(), tiny("--json", "--seed=9")...)
	require.NoError(t, err)
	var d report.Document
	decoder := json.NewDecoder(strings.NewReader(stdout))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&d))
	_, err = decoder.Token()
	require.ErrorIs(t, err, io.EOF)
	assert.Equal(t, "innards.bench/1", d.Schema)
	assert.EqualValues(t, 9, d.Flags.Seed)
	assert.False(t, d.Interrupted)
	require.Len(t, d.Cells, 2)
	assert.Equal(t, workload.Cell{Op: workload.SetPresized, Key: workload.Uint64, Len: 50}, d.Cells[0].Cell)
	assert.Len(t, d.Cells[0].Subjects[1].Times, 6)
}

func TestGoFormat(t *testing.T) {
	stdout, _, err := run(t, t.Context(), tiny("--format=go")...)
	require.NoError(t, err)
	reader, lines := benchfmt.NewReader(strings.NewReader(stdout), "stdout"), 0
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		require.True(t, ok, "%v", reader.Result())
		assert.NotEmpty(t, result.GetConfig("go"))
		lines++
	}
	require.NoError(t, reader.Err())
	assert.Positive(t, lines)
}

func TestProfileKeepsEvidence(t *testing.T) {
	// A heap profile has a sample for each KiB or so, of fifty entries perhaps none; and there may be time for the first cell only.
	stdout, _, err := run(t, t.Context(), "hashmap", "--quick", "--count=6", "--keys=uint64", "--len=5000", "--op=set-presized", "--profile")
	require.NoError(t, err)
	dirs, err := filepath.Glob("innards-runs/bench-*")
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	entries, err := os.ReadDir(dirs[0])
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		path := filepath.Join(dirs[0], entry.Name())
		assert.Contains(t, stdout, "kept "+path)
		if filepath.Ext(path) != ".gz" {
			continue
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = profile.ParseData(data)
		assert.NoError(t, err, path)
	}
	assert.Subset(t, names, []string{"bench.txt", "cpu.pb.gz", "report.html", "report.json", "wall.pb.gz", "heap-openaddr.pb.gz", "heap-builtin.pb.gz"})
	for _, name := range names {
		assert.False(t, strings.HasPrefix(name, "."), "%s: half written", name)
		assert.NotContains(t, name, "twin")
	}
	assert.Contains(t, stdout, "innards ui "+dirs[0]+"\n")
	assert.NotContains(t, stdout, "longest operation", "nothing grows")
}

func TestOutKeepsWhatStdoutShows(t *testing.T) {
	stdout, stderr, err := run(t, t.Context(), tiny("--json", "--out=kept")...)
	require.NoError(t, err)
	kept, err := os.ReadFile("kept/report.json")
	require.NoError(t, err)
	assert.Equal(t, stdout, string(kept))
	assert.Contains(t, stderr, "kept kept/bench.txt", "not on standard output: that is one JSON document")
	assert.NoFileExists(t, "kept/cpu.pb.gz")
}

func TestInterruptedRunReportsWhatThereIs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stdout, _, err := run(t, ctx, tiny("--json", "--profile", "--out=kept")...)
	require.EqualError(t, err, "bench: interrupted after 0 of 2 cells: the report has those")
	var d report.Document
	require.NoError(t, json.Unmarshal([]byte(stdout), &d))
	assert.True(t, d.Interrupted)
	assert.Contains(t, d.Warnings, "interrupted after 0 of 2 cells")
	kept, err := os.ReadFile("kept/report.json")
	require.NoError(t, err)
	assert.Equal(t, stdout, string(kept))
	assert.FileExists(t, "kept/wall.pb.gz", "stopped before fgprof's first sample")
}

func TestErrorsAreOneLineThatSaysWhatToTry(t *testing.T) {
	for args, want := range map[string]string{
		"nonsense":                      `bench: no area "nonsense": there is hashmap, orderedmap, dynarray`,
		"hashmap hashmap":               "try one of hashmap, orderedmap, dynarray",
		"hashmap --count=5":             "at least 6",
		"hashmap --keys=uint64,float":   "bench: --keys float: there is no such thing: try uint64, string, pair",
		"hashmap --op=put":              "try get-hit, get-miss, set-grow, set-presized, churn, iterate",
		"hashmap --len=many":            "or sawtooth",
		"hashmap --len=0":               "bench: --len 0: try something from 1",
		"hashmap --len=100000000000":    "try something from 1",
		"hashmap --format=html":         "try text, go, markdown",
		"hashmap --forks=0":             "try something from 1 to 100",
		"hashmap --forks=2 --profile":   "leave --profile or --forks out",
		"hashmap --json --format=go":    "json",
		"hashmap --out=/dev/null/there": "make the evidence directory",
		"hashmap --what":                "unknown flag",
	} {
		stdout, _, err := run(t, t.Context(), strings.Fields(args)...)
		require.ErrorContains(t, err, want, args)
		assert.Empty(t, stdout, args)
		assert.NotContains(t, err.Error(), "\n", args)
		var found interface{ ExitStatus() int }
		assert.False(t, errors.As(err, &found), "%s: an error of its own exit status would not be printed", args)
	}
}

func TestPlans(t *testing.T) {
	hashmaps := areaOf(Rivals{}, []string{"hashmap"})
	quick, err := options{quick: true, forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	full, err := options{forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	assert.Less(t, len(quick.keys)*len(quick.lens), len(full.keys)*len(full.lens))
	assert.Len(t, full.cells, 54+1+6, "the cells of the table of figures, GetMany, and hostile keys")
	assert.LessOrEqual(t, quick.protocol.Total, 30*time.Second)
	assert.LessOrEqual(t, full.protocol.Total, 8*time.Minute)
	for _, n := range append(quick.lens, full.lens...) {
		assert.NotZero(t, n&(n-1), "%d is a power of two", n)
	}
	chosen, err := options{lens: []string{"7", "5", "7"}, keys: []string{"pair", "string"}, count: 8, forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	assert.Equal(t, []int{5, 7}, chosen.lens)
	assert.Equal(t, []workload.Kind{workload.String, workload.Pair16}, chosen.keys)
	assert.Equal(t, 8, chosen.protocol.Rounds)
	more, err := options{quick: true, count: 2 * quick.protocol.Rounds, forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	assert.Equal(t, 2*quick.protocol.Budget, more.protocol.Budget, "more rounds have more time")
}

func TestEvidenceAppearsWholeOrNotAtAll(t *testing.T) {
	kept, err := keep(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, kept.write("file", raw([]byte("first"))))
	require.NoError(t, kept.write("file", raw([]byte("second"))))
	text, err := os.ReadFile(filepath.Join(kept.dir, "file"))
	require.NoError(t, err)
	assert.Equal(t, "second", string(text))
	broken := errors.New("no more")
	err = kept.write("file", func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	require.ErrorIs(t, err, broken)
	text, err = os.ReadFile(filepath.Join(kept.dir, "file"))
	require.NoError(t, err)
	assert.Equal(t, "second", string(text))
	entries, err := os.ReadDir(kept.dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "left-overs")
}

func TestOtherAreas(t *testing.T) {
	stdout, _, err := run(t, t.Context(), "orderedmap", "--quick", "--count=6", "--keys=uint64", "--len=30", "--op=move-to-back,pop-front,delete")
	require.NoError(t, err)
	for _, want := range []string{"move to back", "listmap"} {
		assert.Contains(t, stdout, want)
	}
	stdout, _, err = run(t, t.Context(), "dynarray", "--quick", "--count=6", "--len=30", "--op=append,insert-middle,sort-sorted", "--figures")
	require.NoError(t, err)
	for _, want := range []string{"insert middle", "sort sorted", "append to 1e3 / slice", "cold start"} {
		assert.Contains(t, stdout, want)
	}
	if runtime.GOOS == "linux" {
		assert.Regexp(t, `(?m)^peak of resident memory.* <= 1\.05 +\d`, stdout, "measured, in a child")
	}
}

// A container of C++ stands beside Go's where it is asked for, or where nothing is left out, and can be compiled.
func TestOtherLanguages(t *testing.T) {
	sums := []string{"dynarray", "--quick", "--count=6", "--len=30", "--op=sum,view", "--impl=std-vector"}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("CXX", "no-such-compiler")
	_, _, err := run(t, t.Context(), sums...)
	require.ErrorContains(t, err, "bench: --impl std-vector: ")
	assert.ErrorContains(t, err, "apt-get install g++")

	hashmaps := areaOf(Rivals{}, []string{"hashmap"})
	quick, err := options{quick: true, forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	full, err := options{forks: 1}.plan(hashmaps)
	require.NoError(t, err)
	fastest := hashmaps.beside[0].Name
	assert.Contains(t, full.impls, fastest)
	for _, name := range namesOf(hashmaps.beside) {
		assert.NotContains(t, quick.impls, name)
		assert.Contains(t, hashmaps.impls, name)
		assert.Equal(t, name == fastest, slices.Contains(full.impls, name), "a full run has ten minutes")
	}
	programs, remarks, err := full.compile(t.Context(), nil, "", func(string) {})
	require.NoError(t, err)
	assert.Empty(t, programs)
	assert.Equal(t, []string{
		"not here: absl-flat_hash_map: try apt-get install g++ pkg-config libabsl-dev (with --impl the reason is said)",
	}, remarks)
	assert.NotContains(t, full.impls, fastest)
	assert.Contains(t, hashmaps.many, fastest, "the plan of another run")

	t.Setenv("XDG_CACHE_HOME", "relative, which is an error")
	full.impls = hashmaps.many
	_, remarks, err = full.compile(t.Context(), nil, "", func(string) {})
	require.NoError(t, err, "nowhere to keep a program is no reason not to measure the others")
	require.Len(t, remarks, 1)
	assert.Contains(t, remarks[0], "XDG_CACHE_HOME")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())

	if _, err := exec.LookPath("g++"); err != nil {
		t.Skip("no g++ here")
	}
	t.Setenv("CXX", "")
	t.Setenv("CXXFLAGS", "-O0")
	stdout, _, err := run(t, t.Context(), append(sums, "--forks=2", "--json")...)
	require.NoError(t, err)
	var d report.Document
	require.NoError(t, json.Unmarshal([]byte(stdout), &d))
	assert.Equal(t, []string{"slice", "std-vector"}, d.Impls)
	require.Len(t, d.Cells, 2)
	assert.Nil(t, d.Cells[0].Lane("std-vector"), "C++ has no view of its own")
	require.NotNil(t, d.Cells[1].Lane("std-vector"))
	assert.Len(t, d.Cells[1].Lane("std-vector").Times, 12)
	said := 0
	for _, warning := range d.Warnings {
		if strings.HasPrefix(warning, "std::vector (array, libstdc++ ") && strings.HasSuffix(warning, "-O3 -DNDEBUG -O0") {
			said++
		}
	}
	assert.Equal(t, 1, said, "%q", d.Warnings)
}

func TestCompareHasAnExitStatus(t *testing.T) {
	_, _, err := run(t, t.Context(), tiny("--out=kept")...)
	require.NoError(t, err)
	kept, err := filepath.Abs("kept")
	require.NoError(t, err)
	stdout, _, err := run(t, t.Context(), "--compare", kept, kept)
	require.NoError(t, err)
	assert.Contains(t, stdout, "certainly slower 0")

	slow := t.TempDir()
	d, err := report.Read(kept)
	require.NoError(t, err)
	ratio := d.Cells[0].Subjects[1].Ratio
	ratio.Lo, ratio.Median, ratio.Hi = 100*ratio.Hi, 101*ratio.Hi, 102*ratio.Hi
	for i := range ratio.Rounds {
		ratio.Rounds[i] = ratio.Lo + float64(i)
	}
	file, err := os.Create(filepath.Join(slow, "report.json"))
	require.NoError(t, err)
	require.NoError(t, report.JSON(file, d))
	require.NoError(t, file.Close())
	stdout, _, err = run(t, t.Context(), "--compare", "--json", kept, slow)
	var found interface{ ExitStatus() int }
	require.ErrorAs(t, err, &found)
	assert.Equal(t, 1, found.ExitStatus())
	assert.Contains(t, stdout, report.ComparisonSchema)

	_, _, err = run(t, t.Context(), "--compare", kept)
	require.ErrorContains(t, err, "two runs, not 1")
	assert.False(t, errors.As(err, &found), "no finding, but a command that could not do its work")
}

func TestForksPoolTheirRounds(t *testing.T) {
	stdout, _, err := run(t, t.Context(), tiny("--json", "--forks=2")...)
	require.NoError(t, err)
	var d report.Document
	require.NoError(t, json.Unmarshal([]byte(stdout), &d))
	require.Len(t, d.Cells, 2)
	for _, lane := range d.Cells[0].Subjects {
		assert.Len(t, lane.Times, 12, "six rounds in each of two processes")
	}
	assert.Len(t, d.Cells[0].AA.Ratio.Rounds, 12)
	assert.Len(t, d.Cells[0].Orders, 12)
	assert.Equal(t, 2, d.AA.Cells)
	assert.Equal(t, 2, d.Flags.Forks)
}

// Instructions are counted of the loop alone, whatever the machine does meanwhile.
func TestInstructions(t *testing.T) {
	if err := callgrind.Available(); err != nil {
		t.Skip(err)
	}
	count, err := callgrind.Run(t.Context(), "hashmap", "--"+childFlag, "openaddr")
	require.NoError(t, err)
	assert.Greater(t, count, uint64(workload.MinPicks)*20, "fewer than a look-up can do with")
	assert.Less(t, count, uint64(workload.MinPicks)*500)
	_, _, err = run(t, t.Context(), "hashmap", "--"+childFlag, "openaddr")
	require.ErrorContains(t, err, "under valgrind")
}

// Who ends a run while a child works for it gets the report of what there is, and not the child's end as an error.
func TestInterruptedChild(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	say := func(step string) {
		if strings.HasPrefix(step, "collections") {
			time.AfterFunc(50*time.Millisecond, cancel) // the child takes longer; were it through, there would be no error at all
		}
	}
	_, err := trial.Arrays{}.Figures(ctx, new(measure.Run), trial.Shallow, []string{"dynarray", "--" + childFlag}, say)
	require.ErrorIs(t, err, context.Canceled)
}
