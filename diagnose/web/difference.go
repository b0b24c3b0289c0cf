package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// minus stands between the names of two profiles in the name of their difference.
const minus = "-minus-"

// alike reports whether two profiles hold the same types of samples, so that their difference means something.
func alike(a, b *profile.Profile) bool { return slices.EqualFunc(a.SampleType, b.SampleType, sameType) }

// mounted returns the mount of a name: a profile's, or of the difference of two, which is made when it is first asked for.
// No part of a name becomes a path.
func (c *catalog) mounted(name string) *mount {
	if m := c.byName[name]; m != nil {
		return m
	}
	for _, m := range c.mounts {
		rest, ok := strings.CutPrefix(name, m.name+minus)
		base := c.byName[rest]
		if !ok || base == nil || base == m || m.base != nil || base.base != nil || !alike(m.prof, base.prof) {
			continue
		}
		c.making.Lock()
		defer c.making.Unlock()
		if c.differences[name] == nil {
			c.differences[name] = &mount{name: name, file: m.file + " minus " + base.file, loaded: loaded{prof: m.prof}, base: base.prof}
		}
		return c.differences[name]
	}
	return nil
}

// comparePage lists the profiles that one can be compared with.
func (c *catalog) comparePage(w http.ResponseWriter, r *http.Request) {
	m := c.byName[r.PathValue("name")]
	if m == nil || m.base != nil {
		explainNotice(w, http.StatusNotFound, notice{Title: "No such profile",
			Text: "No profile has this name; the overview lists those that there are."})
		return
	}
	data := struct {
		Name  string
		Types string
		Rows  []row
	}{Name: m.name, Types: typeNames(m.prof)}
	for _, other := range c.mounts {
		if other != m && other.base == nil && alike(m.prof, other.prof) {
			data.Rows = append(data.Rows, other.row())
		}
	}
	render(w, http.StatusOK, "compare", data)
}
