package diagnose_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"

	"innards/diagnose"
	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

type hangReport struct {
	Schema     string
	Target     struct{ Kind, Exe, Go string }
	Goroutines int
	Threads    int
	Verdicts   []hang.Verdict
	Warnings   []string
	Out        string
}

// runHang runs the command and gives what it printed and its exit status.
func runHang(t *testing.T, stdin string, args ...string) (stdout string, status int, err error) {
	t.Helper()
	cmd := diagnose.HangCommand()
	cmd.SilenceUsage, cmd.SilenceErrors = true, true // as main's root sets them
	var out, complaint bytes.Buffer
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&complaint)
	cmd.SetArgs(args)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err = cmd.ExecuteContext(ctx)
	require.Empty(t, complaint.String())
	return out.String(), exitStatus(err), err
}

func exitStatus(err error) int {
	var found interface{ ExitStatus() int }
	switch {
	case err == nil:
		return 0
	case errors.As(err, &found):
		return found.ExitStatus()
	}
	return 2
}

// hangJSON runs it with --json and checks the form that scripts rely on.
func hangJSON(t *testing.T, stdin string, args ...string) (hangReport, int) {
	t.Helper()
	out, status, err := runHang(t, stdin, append(args, "--json")...)
	require.NotEqual(t, 2, status, "%v", err)
	require.NotContains(t, out, "null")
	var report hangReport
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.Equal(t, "innards.hang/1", report.Schema)
	require.Equal(t, status == 1, len(report.Verdicts) > 0)
	return report, status
}

const (
	asleepDump = "goroutine/testdata/go1.26-asleep.txt"
	nilDump    = "goroutine/testdata/go1.26-debug2.txt"
)

func TestHangDump(t *testing.T) {
	report, status := hangJSON(t, "", asleepDump)
	require.Equal(t, 1, status)
	require.Equal(t, "dump", report.Target.Kind)
	require.Equal(t, 2, report.Goroutines)
	require.Len(t, report.Verdicts, 1)
	require.Equal(t, hang.ChanNoPeer, report.Verdicts[0].Class)
	require.Equal(t, []int64{1}, report.Verdicts[0].Goroutines)
	require.Len(t, report.Warnings, 1)
	require.Contains(t, report.Warnings[0], "innards hang PID")

	data, err := os.ReadFile(nilDump)
	require.NoError(t, err)
	report, _ = hangJSON(t, string(data), "-")
	require.Len(t, report.Verdicts, 1)
	require.Equal(t, hang.NilChan, report.Verdicts[0].Class)
	require.Equal(t, hang.Certain, report.Verdicts[0].Confidence)
	require.Equal(t, []hang.Evidence{
		{Goroutine: 26, Role: hang.Waits, Object: "nil channel", Func: "main.main.func2.1", File: "/home/dev/stuck/main.go", Line: 29},
		{Goroutine: 26, Role: hang.Created, Func: "main.main.func2", File: "/home/dev/stuck/main.go", Line: 29},
	}, report.Verdicts[0].Evidence)

	report, status = hangJSON(t, "goroutine 1 [IO wait]:\nmain.main()\n\t/m.go:3 +0x1\n", "-")
	require.Zero(t, status)
	require.Empty(t, report.Warnings)
}

func TestHangText(t *testing.T) {
	out, status, _ := runHang(t, "", nilDump)
	require.Equal(t, 1, status)
	require.True(t, strings.HasPrefix(out, "nil-chan (certain, 1 blocked): goroutine 26 sends to a nil channel at main.go:29"), out)
	require.Contains(t, out, "11 goroutines in 8 states: 3 chan receive, 2 sync.Mutex.Lock, ")
	require.Contains(t, out, "/home/dev/stuck/main.go:29\n")
	require.NotContains(t, out, "\x1b", "no colours off a terminal")

	out, _, _ = runHang(t, "goroutine 1 [chan send (nil chan)]:\nmain.\x1b[31mred()\n\t/m.go:3 +0x1\n", "-")
	require.Contains(t, out, "main.\ufffd[31mred", "no dump moves the reader's cursor")

	out, status, _ = runHang(t, "goroutine 1 [select (no cases)]:\nmain.main()\n\t/m.go:3 +0x1\n", "-")
	require.Zero(t, status)
	require.True(t, strings.HasPrefix(out, "no hang found in standard input\n"), out)
}

// Other wrappings of the same dump give the same verdict; a profile has no wait reasons, so it gives none.
func TestHangForms(t *testing.T) {
	data, err := os.ReadFile(nilDump)
	require.NoError(t, err)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err = z.Write(data)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	report, _ := hangJSON(t, zipped.String(), "-")
	require.Len(t, report.Verdicts, 1)

	var prof bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&prof, 0))
	report, status := hangJSON(t, prof.String(), "-")
	require.Zero(t, status)
	require.Positive(t, report.Goroutines)

	parsed, err := profile.Parse(&prof)
	require.NoError(t, err)
	var raw bytes.Buffer
	require.NoError(t, parsed.WriteUncompressed(&raw))
	same, _ := hangJSON(t, raw.String(), "-")
	require.Equal(t, report.Goroutines, same.Goroutines)

	var counts bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&counts, 1))
	same, _ = hangJSON(t, counts.String(), "-")
	require.InDelta(t, report.Goroutines, same.Goroutines, 5)

	cut := string(data[:len(data)-30])
	report, _ = hangJSON(t, cut, "-")
	require.Len(t, report.Verdicts, 1)
	require.Contains(t, strings.Join(report.Warnings, "\n"), "cut short")
}

func TestHangRefuses(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	core := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x04\x00"
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"nothing":          {nil, "one TARGET"},
		"two":              {[]string{"1", "2"}, "one TARGET"},
		"not Go":           {[]string{"--after", "1ms", "--", "sleep", "60"}, "not a Go program"},
		"no command":       {[]string{"--", "/nowhere/command"}, "start /nowhere/command"},
		"both":             {[]string{"1", "--", "sleep"}, "not both"},
		"after":            {[]string{"--after", "1s", "1"}, "--after"},
		"watch no PID":     {[]string{"--watch", dir}, "--watch"},
		"stop no PID":      {[]string{"--stop", dir}, "--stop"},
		"watch a command":  {[]string{"--watch", "--", "sleep", "1"}, "do not go"},
		"stop nobody":      {[]string{"--stop", "2147483647"}, "no such process"},
		"no such file":     {[]string{filepath.Join(dir, "none")}, "no such file"},
		"a folder":         {[]string{dir}, "folder"},
		"an empty file":    {[]string{file("empty", "")}, "is empty"},
		"a foreign file":   {[]string{file("foreign", "hello\n")}, "no goroutine dump"},
		"binary garbage":   {[]string{file("garbage", "\x01\x02\x03\xff")}, "goroutine profile"},
		"a broken gzip":    {[]string{file("gz", "\x1f\x8b\x08")}, "gzip"},
		"a core":           {[]string{file("core", core)}, "damaged"},
		"a program":        {[]string{"/proc/self/exe"}, "give its PID"},
		"an archive":       {[]string{file("zip", "PK\x03\x04")}, "archive"},
		"a damaged bundle": {[]string{filepath.Dir(file("bundle/report.json", "{"))}, "damaged"},
		"a foreign bundle": {[]string{filepath.Dir(file("other/report.json", "{}"))}, "no report of innards hang"},
		"an empty name":    {[]string{""}, "empty"},
		"no time":          {[]string{"--duration", "0s", "1"}, "--duration"},
		"a PID of zero":    {[]string{"0"}, "no PID"},
		"a huge number":    {[]string{"99999999999"}, "./99999999999"},
		"a URL of nobody":  {[]string{"http://" + closedPort(t)}, "connection refused"},
		"a URL, no host":   {[]string{"http://"}, "no host"},
	} {
		t.Run(name, func(t *testing.T) {
			out, status, err := runHang(t, "", tc.args...)
			require.Equal(t, 2, status)
			require.Empty(t, out)
			require.ErrorContains(t, err, tc.says)
			require.NotContains(t, err.Error(), "\n")
			require.True(t, strings.HasPrefix(err.Error(), "hang: "), err.Error())
		})
	}
}

// closedPort gives an address that nobody listens on.
func closedPort(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	return ln.Addr().String()
}

func TestHangURL(t *testing.T) {
	data, err := os.ReadFile(nilDump)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/goroutine", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("debug") == "2" {
			_, _ = w.Write(data)
			return
		}
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(w, 0), "the profile comes first")
	})
	mux.HandleFunc("GET /large/debug/pprof/goroutine", func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "0", r.URL.Query().Get("debug"), "no full dump of a large process")
		d := goroutine.Dump{Goroutines: slices.Repeat([]*goroutine.Goroutine{{State: "chan send (nil chan)"}}, 10_001)}
		require.NoError(t, d.Profile().Write(w))
	})
	mux.HandleFunc("GET /secret/debug/pprof/goroutine", func(w http.ResponseWriter, r *http.Request) {
		if name, password, _ := r.BasicAuth(); name != "ann" || password != "s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write(data)
	})
	mux.HandleFunc("GET /slow/debug/pprof/goroutine", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /stalled/debug/pprof/goroutine", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(data[:1000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("GET /broken/debug/pprof/goroutine", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	})
	mux.HandleFunc("GET /page/debug/pprof/goroutine", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>hello"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	for _, path := range []string{"", "/", "/debug/pprof", "/debug/pprof/", "/debug/pprof/goroutine", "/debug/pprof/goroutine?debug=1"} {
		report, status := hangJSON(t, "", server.URL+path)
		require.Equal(t, 1, status, path)
		require.Equal(t, "url", report.Target.Kind)
		require.Equal(t, hang.NilChan, report.Verdicts[0].Class)
	}
	large, _ := hangJSON(t, "", server.URL+"/large")
	require.Equal(t, 10_001, large.Goroutines)
	require.Contains(t, strings.Join(large.Warnings, "\n"), "use the PID")

	withPassword := strings.Replace(server.URL, "://", "://ann:s3cret@", 1) + "/secret"
	_, status := hangJSON(t, "", withPassword)
	require.Equal(t, 1, status)

	for url, says := range map[string]string{
		server.URL + "/nowhere":                             "404",
		server.URL + "/secret":                              "name and password",
		server.URL + "/broken":                              "500",
		server.URL + "/page":                                "no goroutine dump",
		strings.Replace(withPassword, "s3cret", "wrong", 1): "name and password",
		server.URL + "/slow":                                "in time",
		server.URL + "/stalled":                             "in time",
	} {
		out, status, err := runHang(t, "", "--duration", "300ms", url)
		require.Equal(t, 2, status, url)
		require.Empty(t, out)
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "wrong", "no password in a message")
	}
}

func TestHangKeepsEvidence(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "stuck")
	out, _, _ := runHang(t, "", nilDump, "--out", dir)
	require.Contains(t, out, "evidence in "+dir)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	require.Equal(t, []string{"dump.txt", "goroutines.pb.gz", "report.json", "report.txt", "waits.json"}, names)

	// The dump that was kept gives the same verdicts as the one that was read.
	first, _ := hangJSON(t, "", nilDump)
	again, _ := hangJSON(t, "", filepath.Join(dir, "dump.txt"))
	require.Equal(t, first.Verdicts, again.Verdicts)
	var kept hangReport
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &kept))
	require.Equal(t, dir, kept.Out)
	kept.Out = ""
	require.Equal(t, first, kept)

	f, err := os.Open(filepath.Join(dir, "goroutines.pb.gz"))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	prof, err := profile.Parse(f)
	require.NoError(t, err)
	require.NoError(t, prof.CheckValid())

	// The folder shows again what was found.
	bundle, status := hangJSON(t, "", dir)
	require.Equal(t, 1, status)
	require.Equal(t, "bundle", bundle.Target.Kind)
	require.Equal(t, first.Verdicts, bundle.Verdicts)
	require.Equal(t, first.Goroutines, bundle.Goroutines)
	out, _, _ = runHang(t, "", dir)
	require.Contains(t, out, "nil-chan (certain")
	require.NotContains(t, out, "--save")

	_, status, err = runHang(t, "", nilDump, "--save", nilDump+"/below")
	require.Equal(t, 2, status)
	require.ErrorContains(t, err, "evidence folder")
	require.ErrorIs(t, errorOfReport(t, dir), goroutine.ErrNoDump)
}

func errorOfReport(t *testing.T, dir string) error {
	t.Helper()
	_, status, err := runHang(t, "", filepath.Join(dir, "report.json"))
	require.Equal(t, 2, status)
	return err
}
