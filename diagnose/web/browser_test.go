//go:build !race

package web

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser starts a headless Chromium that can reach nothing but loopback, and ends it with the test. What its pages
// complain about, and whom they ask, is kept.
func browser(t *testing.T) (context.Context, *witness) {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		const missing = "no chromium, chromium-browser or google-chrome on the PATH: the pages were not looked at in a browser"
		if os.Getenv("CI") == "true" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1200, 800), chromedp.WSURLReadTimeout(30 * time.Second),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("disable-dev-shm-usage", true),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-default-apps", "disable-extensions", "no-default-browser-check"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	bounded, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	allocated, end := chromedp.NewExecAllocator(bounded, options...)
	t.Cleanup(end) // waits for the process
	ctx, closePage := chromedp.NewContext(allocated)
	t.Cleanup(closePage)

	w := &witness{}
	require.NoError(t, chromedp.Listen(ctx, w.see))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	return ctx, w
}

// witness notes what a page did that it should not have.
type witness struct {
	mu         sync.Mutex
	complaints []string
	asked      []string
}

func (w *witness) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.complaints = append(w.complaints, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			w.complaints = append(w.complaints, string(e.Type)+" on the console")
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.complaints = append(w.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		w.asked = append(w.asked, e.Request.URL)
	}
}

// check fails the test for every complaint and for every request that went elsewhere.
func (w *witness) check(t *testing.T, addr string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	assert.Empty(t, w.complaints)
	assert.NotEmpty(t, w.asked)
	for _, asked := range w.asked {
		u, err := url.Parse(asked)
		require.NoError(t, err)
		assert.True(t, u.Scheme == "data" || u.Host == addr, "a page asked for %s", asked)
	}
}

// box is one frame of a flame graph as the browser laid it out.
type box struct {
	Text                string
	Left, Width, Height float64
}

const boxes = `[...document.querySelectorAll('#stack-chart .boxbg')].map(b => {
	const r = b.getBoundingClientRect();
	return {Text: b.innerText, Left: r.left, Width: r.width, Height: r.height};
})`

// TestInBrowser looks at the pages as a person does: the overview leads to a flame graph whose boxes have the names and
// the proportions of the profile, and back.
func TestInBrowser(t *testing.T) {
	dir := t.TempDir()
	addr := serve(t, open(t,
		put(t, dir, "before.pb.gz", encode(t, synthetic("alpha", 2))),
		put(t, dir, "after.pb.gz", encode(t, synthetic("beta", 4))),
		put(t, dir, "heap.pb.gz", realHeap(t))))
	start := time.Now()
	ctx, w := browser(t)
	t.Logf("browser started in %v", time.Since(start).Round(time.Millisecond))

	start = time.Now()
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("http://"+addr+"/")))
	t.Logf("overview: %v", time.Since(start).Round(time.Millisecond))
	links, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.querySelectorAll('nav a').length`))
	require.NoError(t, err)
	assert.Equal(t, 21, links, "seven links for each of three profiles")
	shots(t, ctx, "index")

	for name, leaf := range map[string]string{"before": "main.alpha", "after": "main.beta"} {
		start = time.Now()
		require.NoError(t, chromedp.Do(ctx,
			chromedp.Navigate("http://"+addr+"/"),
			chromedp.Click(chromedp.CSS(`nav[aria-label="`+name+`"] a.main`)),
			chromedp.WaitVisible(chromedp.CSS(`#stack-chart .boxbg`))))
		t.Logf("flame graph of %s, from the overview: %v", name, time.Since(start).Round(time.Millisecond))
		title, err := chromedp.Run(ctx, chromedp.Title())
		require.NoError(t, err)
		assert.Contains(t, title, name)
		drawn, err := chromedp.Run(ctx, chromedp.Evaluate[[]box](boxes))
		require.NoError(t, err)
		width := make(map[string]float64)
		for _, b := range drawn {
			width[b.Text] += b.Width
			assert.Positive(t, b.Height, b.Text)
		}
		// Two thirds of the time in the leaf, through work; one third in rest.
		for _, function := range []string{"root", leaf, "main.work", "main.rest", "main.main"} {
			assert.Greater(t, width[function], 100.0, "%s, of what was drawn: %v", function, drawn)
		}
		assert.InDelta(t, 2, width[leaf]/width["main.rest"], 0.05)
		assert.InDelta(t, width["main.work"], width[leaf], 2)
		assert.NotContains(t, width, map[string]string{"before": "main.beta", "after": "main.alpha"}[name])
		shots(t, ctx, "flame-"+name)
	}

	// Every other page, and the way back.
	for _, page := range []string{"top", "peek", "source", "graph", "flamegraph?si=inuse_space"} {
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("http://"+addr+"/pprof/heap/"+page)))
		shots(t, ctx, "heap-"+strings.SplitN(page, "?", 2)[0])
	}
	require.NoError(t, chromedp.Do(ctx,
		chromedp.Click(chromedp.CSS(`.header .title a`)),
		chromedp.WaitVisible(chromedp.CSS(`main table`))))
	at, err := chromedp.Run(ctx, chromedp.Location())
	require.NoError(t, err)
	assert.Equal(t, "http://"+addr+"/", at)
	w.check(t, addr)
}

// shots keeps pictures of a page, light and dark, wide and narrow, where a person asks for them:
//
//	INNARDS_SHOTS=DIR go test -run InBrowser ./diagnose/web
func shots(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("INNARDS_SHOTS")
	if dir == "" {
		return
	}
	for _, width := range []int64{1200, 390} {
		for _, scheme := range []string{"light", "dark"} {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			require.NoError(t, err)
			require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 800)))
			picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", name, scheme, width)), picture, 0o600))
		}
	}
	require.NoError(t, chromedp.Do(ctx, chromedp.ResetViewport()))
}
