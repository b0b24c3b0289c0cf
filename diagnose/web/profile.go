package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/google/pprof/profile"
)

// maxProfile bounds what one profile may take once decompressed. The largest that runtime/pprof wrote in practice are
// some tens of megabytes; a file beyond this is a mistake (a core, a log) or a gzip bomb, and would only take the
// memory of the machine that is being diagnosed.
const maxProfile = 1 << 30

// loaded is one profile as it came from a file.
type loaded struct {
	prof *profile.Profile
	raw  []byte // the file as it was given, for the download; nil for a difference, which only pprof can write
}

// load reads the profile in the file at path.
func load(path string) (loaded, error) {
	info, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return loaded{}, fmt.Errorf("%s: no such file: check the path, or make a profile with innards bench --profile", path)
		}
		return loaded{}, fmt.Errorf("reading profile %s: %w", path, err)
	}
	// A pipe is welcome (`innards ui <(curl …)`); a device or a socket may never end.
	if !info.Mode().IsRegular() && info.Mode()&os.ModeNamedPipe == 0 {
		return loaded{}, fmt.Errorf("%s: neither a file nor a pipe: give a profile or a directory that holds some", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return loaded{}, fmt.Errorf("reading profile %s: %w", path, err)
	}
	defer func() { _ = f.Close() }()
	raw, err := readBounded(f)
	if err != nil {
		return loaded{}, fmt.Errorf("reading profile %s: %w", path, err)
	}
	p, err := parse(raw)
	if err != nil {
		return loaded{}, fmt.Errorf("%s: %w", path, err)
	}
	return loaded{prof: p, raw: raw}, nil
}

func parse(raw []byte) (*profile.Profile, error) {
	plain := raw
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		var err error
		if plain, err = gunzip(raw); err != nil {
			return nil, err
		}
	}
	if what := foreign(plain); what != "" {
		return nil, errors.New(what)
	}
	p, err := profile.ParseData(plain)
	if err != nil {
		return nil, notOne(oneLine(err))
	}
	if len(p.SampleType) == 0 {
		return nil, notOne("it names no sample type")
	}
	return p, nil
}

func notOne(why string) error {
	return fmt.Errorf("not a pprof profile (%s): give a file that runtime/pprof, net/http/pprof or innards wrote", why)
}

func gunzip(raw []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err == nil {
		var plain []byte
		if plain, err = readBounded(z); err == nil {
			return plain, nil
		}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, errors.New("truncated: its gzip stream ends early, so the run that wrote it was cut off: take the profile again")
	}
	return nil, fmt.Errorf("damaged gzip stream (%s): take or copy the profile again", oneLine(err))
}

func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxProfile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxProfile {
		return nil, fmt.Errorf("more than %d MB, too large for a profile", maxProfile>>20)
	}
	return data, nil
}

// goroutineHeader begins a dump of debug=2. A profile of debug=1 begins with "goroutine profile:" and is one.
var goroutineHeader = regexp.MustCompile(`^goroutine \d+ .*\[`)

// foreign says what data is if it is a well-known kind of file other than a profile, and what to do with it; "" where it
// does not know. The proto parser's own "unrecognized profile format" is right for all of them and helps with none.
func foreign(data []byte) string {
	has := func(prefix string) bool { return bytes.HasPrefix(data, []byte(prefix)) }
	text := strings.ToLower(string(bytes.TrimSpace(data[:min(len(data), 512)])))
	switch {
	case len(data) == 0:
		return "empty: the run that should have written it did not get to its end: take the profile again"
	case has("\x89PNG"), has("GIF8"), has("\xff\xd8\xff"):
		return "an image, not a pprof profile: give the profile that it was drawn from"
	case has("\x7fELF"):
		return "an ELF file, not a pprof profile: for a core try innards hang on it"
	case has("go 1.") && bytes.Contains(data[:min(len(data), 16)], []byte(" trace\x00")):
		return "a Go execution trace, not a pprof profile: go tool trace shows it"
	case has("PERFILE2"):
		return "a recording of perf, not a pprof profile: convert it with perf_to_profile first"
	case goroutineHeader.MatchString(text):
		return "a goroutine dump as text, not a pprof profile: innards hang reads it"
	case strings.HasPrefix(text, "<!doctype"), strings.HasPrefix(text, "<html"):
		return "a page of HTML, not a pprof profile: was an error page saved in its place? Take the profile again"
	case strings.HasPrefix(text, "{"):
		return "JSON, not a pprof profile: of JSON only a file named report.json is shown, beside the profiles"
	}
	return ""
}

// oneLine flattens an error of another library: what a command reports is one line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
