//go:build !race

package report

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser starts a headless Chromium and ends it with the test. Whatever its page complains about is kept.
func browser(t *testing.T) (ctx context.Context, complaints func() []string) {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on the PATH: the page was not looked at in a browser")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1200, 800), chromedp.WSURLReadTimeout(30 * time.Second),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.Flag("disable-dev-shm-usage", true),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	bounded, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	allocated, end := chromedp.NewExecAllocator(bounded, options...)
	t.Cleanup(end)
	ctx, closePage := chromedp.NewContext(allocated)
	t.Cleanup(closePage)
	var mu sync.Mutex
	var heard []string
	require.NoError(t, chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			heard = append(heard, e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			heard = append(heard, e.Entry.Text)
		}
	}))
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return heard
	}
}

func TestPageInABrowser(t *testing.T) {
	var page bytes.Buffer
	require.NoError(t, HTML(&page, crowded()))
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, page.Bytes(), 0o644))
	ctx, complaints := browser(t)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("file://"+path+"#hide=chaining")))

	ask := func(script string) string {
		answer, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
		require.NoError(t, err)
		return answer
	}
	lines := `[...document.querySelector('svg').querySelectorAll('.l')].filter(l => getComputedStyle(l).display != 'none').length.toString()`
	assert.Equal(t, "13", ask(lines), "fourteen contenders, one of them hidden by the address")
	ask(`document.querySelector('.legend button[data-s="3"]').click(); ''`)
	assert.Equal(t, "12", ask(lines))
	assert.Equal(t, "#hide=chaining,robinhood", ask(`location.hash`))

	// With the keyboard: into the first chart, and one size on.
	ask(`document.querySelector('figure').focus();
		document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true})); ''`)
	assert.Equal(t, "visible", ask(`getComputedStyle(document.querySelector('output')).visibility`))
	read := ask(`document.querySelector('output').innerText`)
	assert.Contains(t, read, "100")
	assert.Contains(t, read, "openaddr")
	assert.NotContains(t, read, "chaining", "hidden, yet read off")
	assert.Empty(t, complaints())
}
