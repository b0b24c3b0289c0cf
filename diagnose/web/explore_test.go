//go:build !race

package web

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	require.NoError(t, err, script)
	return value
}

// TestExploreInBrowser goes where a person goes with a stuck program and a leak, and steps through a structure by keyboard, then
// without scripts.
func TestExploreInBrowser(t *testing.T) {
	dir := t.TempDir()
	hangFolder(t, filepath.Join(dir, "stuck"), 5000)
	leakFolder(t, filepath.Join(dir, "grows"))
	addr := serve(t, open(t, dir))
	ctx, w := browser(t)
	until := func(script string) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !eval[bool](t, ctx, script); {
			require.True(t, time.Now().Before(deadline), "%q never became true", script)
		}
	}
	visit := func(path, see string) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("http://"+addr+path), chromedp.WaitVisible(chromedp.CSS(see))))
	}

	visit("/", `a[href="/run/stuck"]`)
	shots(t, ctx, "runs")
	start := time.Now()
	require.NoError(t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`a[href="/run/stuck"]`)), chromedp.WaitVisible(chromedp.CSS(`svg.waits .group.red`))))
	took := time.Since(start)
	until(`document.readyState === "complete"`) // the styles too
	t.Logf("wait graph of 5,002 goroutines, from the overview: %v", took.Round(time.Millisecond))
	assert.Less(t, took, 2*time.Second)
	shots(t, ctx, "hang")
	// The cycle is of four arrows, in the colour that nothing else has; the queue behind it is one box.
	assert.Equal(t, 4, eval[int](t, ctx, `document.querySelectorAll('svg.waits .arrow.red').length`))
	assert.NotEqual(t, eval[string](t, ctx, `getComputedStyle(document.querySelector('svg.waits .arrow.red')).stroke`),
		eval[string](t, ctx, `getComputedStyle(document.querySelector('svg.waits .arrow:not(.red)')).stroke`))
	assert.Equal(t, 3, eval[int](t, ctx, `document.querySelectorAll('svg.waits a').length`))
	assert.False(t, eval[bool](t, ctx, `[...document.querySelectorAll('details.group')].some(d => d.open)`))
	require.NoError(t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`svg.waits a.group.red`)), chromedp.WaitVisible(chromedp.CSS(`#goroutines-0 pre`))))

	visit("/run/grows", `svg.curve .line`)
	until(`document.readyState === "complete"`)
	assert.Greater(t, eval[float64](t, ctx, `document.querySelector('svg.curve .line').getBoundingClientRect().height`), 20.0)
	shots(t, ctx, "leak")

	count := func() string { return eval[string](t, ctx, `document.querySelector('.count').innerText`) }
	press := func(key, then string) {
		t.Helper()
		require.NoError(t, chromedp.Do(ctx, chromedp.KeyEvent(key)))
		until(then)
	}
	visit("/explain/robinhood?step=60", `.cell.looked`)
	until(`document.readyState === "complete"`)
	shots(t, ctx, "explain")
	assert.Equal(t, "60 of ", count()[:6])
	press(kb.ArrowRight, `location.search.includes("step=61")`)
	press(kb.ArrowLeft, `location.search.includes("step=60")`)
	press(kb.ArrowLeft, `location.search.includes("step=59")`)
	press(kb.ArrowDown, `document.querySelector('.operations li.current ol a[href*="step="]').parentElement.ariaCurrent === "step"`)
	press(kb.Home, `document.querySelector('.count').innerText.startsWith("1 of ")`)
	eval[bool](t, ctx, `(history.back(), true)`)
	until(`!document.querySelector('.count').innerText.startsWith("1 of ")`)
	press(kb.End, `!document.querySelector('#on')`)

	// Without scripts each step is a page.
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	visit("/explain/linear?hostile=9", `#on`)
	require.NoError(t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`#on`)), chromedp.WaitVisible(chromedp.CSS(`#back`))))
	at, err := chromedp.Run(ctx, chromedp.Location())
	require.NoError(t, err)
	assert.Contains(t, at, "hostile=9&seed=1&step=2")
	w.check(t, addr)
}
