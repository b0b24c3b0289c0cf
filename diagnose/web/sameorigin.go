package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Two policies. pprof's pages carry their scripts and styles inline, so theirs must allow that; what they lose is every
// way out: no other host, no frame, no form, no plugin. Our own pages need nothing but their style sheet.
const (
	pprofPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	ownPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// guard lets through what a person's own browser, looking at this site, would send, and refuses the rest. The pages read
// the sources of the machine, and there is no password: loopback alone keeps out other machines, but not other web pages
// open in the same browser.
func guard(pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// The next run may get the same port and other profiles of the same name.
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", ownPolicy)
		switch {
		case !loopbackHost(r.Host):
			http.Error(w, "innards ui answers to 127.0.0.1 and localhost only", http.StatusForbidden)
		case crossSite(r):
			http.Error(w, "innards ui answers no other site's pages: open its address itself", http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "innards ui only shows: use GET or HEAD", http.StatusMethodNotAllowed)
		default:
			pages.ServeHTTP(w, r)
		}
	})
}

// loopbackHost reports whether the Host header names this machine's loopback. A page of evil.example whose name is made
// to resolve to 127.0.0.1 (DNS rebinding) is of our origin for the browser, but still sends its own name here. The port
// does not matter: a forwarded one is as good.
func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && addr.IsLoopback()
}

// crossSite reports whether a browser says that another site made it send this request. "same-site" is another site
// too: to a browser all ports of localhost are one site. The overview may be reached by following a link from anywhere,
// a terminal in the browser for one: it is cheap, and the site that links to it cannot read it.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
	case "": // an older browser, or no browser at all
	default:
		return r.URL.Path != "/" || r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}
