package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"innards/diagnose/goroutine"
	"innards/diagnose/hang"
)

const goroutinePath = "/debug/pprof/goroutine"

// maxAsked bounds the goroutines of a process that is asked for a full dump. It stands still while the runtime prints that,
// for about 50 µs a goroutine, and pprof gives up at 64 MB.
const maxAsked = 10_000

// lookAtURL fetches and judges the goroutines that a net/http/pprof handler serves. The profile comes first: it costs the
// process next to nothing and tells how many there are.
func lookAtURL(ctx context.Context, target string) (*hangReport, error) {
	u, err := pprofURL(target)
	if err != nil {
		return nil, err
	}
	name := u.Redacted()
	profile, err := fetchDump(ctx, u, "0")
	if err != nil {
		return nil, err
	}
	if n := len(profile.Goroutines); n > maxAsked {
		report := judged(hangTarget{Kind: "url", Name: name}, 0, profile, hang.Input{})
		report.Warnings = append(report.Warnings, fmt.Sprintf("a full dump of %d goroutines would stop the process for seconds "+
			"and was not asked for, and their profile tells no wait reasons: use the PID", n))
		return report, nil
	}
	dump, err := fetchDump(ctx, u, "2")
	if err != nil {
		return nil, err
	}
	return judgedDump(dump, hangTarget{Kind: "url", Name: name}), nil
}

// fetchDump gets one form of the goroutine profile.
func fetchDump(ctx context.Context, u *url.URL, form string) (*goroutine.Dump, error) {
	asked := *u
	query := asked.Query()
	query.Set("debug", form)
	asked.RawQuery = query.Encode()
	name := asked.Redacted()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, asked.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	client := http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, unreachable(ctx, name, err)
	}
	defer func() { _ = resp.Body.Close() }()
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return nil, fmt.Errorf("%s: the server answers %s: put name and password into the URL (http://name:password@host), "+
			"or use the PID", name, resp.Status)
	case code == http.StatusNotFound:
		return nil, fmt.Errorf("%s: the server answers %s: it does not serve net/http/pprof there: give the full path, or use "+
			"the PID", name, resp.Status)
	case code != http.StatusOK:
		return nil, fmt.Errorf("%s: the server answers %s: try again, or use the PID", name, resp.Status)
	}
	return readDump(ctx, resp.Body, name)
}

// pprofURL completes a base to the address of the goroutine profile. Other parameters of a full path are kept.
func pprofURL(target string) (*url.URL, error) {
	u, err := url.Parse(target)
	if err != nil {
		// Its text quotes the URL, and with it a password.
		return nil, errors.New("the URL is not well formed: give one such as http://127.0.0.1:6060")
	}
	if u.Host == "" {
		return nil, fmt.Errorf("%s: the URL has no host: give one such as http://127.0.0.1:6060", u.Redacted())
	}
	path := strings.TrimSuffix(u.Path, "/")
	switch {
	case strings.HasSuffix(path, goroutinePath):
	case strings.HasSuffix(path, "/debug/pprof"):
		path += "/goroutine"
	default:
		path += goroutinePath
	}
	u.Path = path
	return u, nil
}

func unreachable(ctx context.Context, name string, err error) error {
	var cause *url.Error
	if errors.As(err, &cause) {
		err = cause.Err // what is around it repeats the method and the address
	}
	var dns *net.DNSError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("%s: no answer in time: the process may be too stuck to serve; use its PID", name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s: connection refused: nothing listens there; check the port, or use the PID", name)
	case errors.As(err, &dns):
		return fmt.Errorf("%s: host not found: check its name", name)
	}
	return fmt.Errorf("%s: %w", name, err)
}
