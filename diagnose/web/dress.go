package web

import (
	"bytes"
	"html"
)

// dress makes a page of pprof's one of this site: a way back to the overview, the profile's name in the title (pprof
// writes the program's, so the tabs of "before" and "after" look alike), and the style sheet that gives it dark colours
// and hides what is not mounted. The marks are pprof's own HTML; where a release changes one, the page stays as pprof
// made it.
func dress(page []byte, name string) []byte {
	name = html.EscapeString(name)
	page = bytes.Replace(page, []byte("<title>"), []byte("<title>"+name+": "), 1)
	page = bytes.Replace(page, []byte("</head>"), []byte(`<link rel="stylesheet" href="/pprof.css">`+"\n</head>"), 1)
	return bytes.Replace(page, []byte(`<h1><a href="./">pprof</a></h1>`),
		[]byte(`<h1><a href="/" title="Overview of all profiles">innards</a></h1><span class="profile-name">`+name+`</span>`), 1)
}
