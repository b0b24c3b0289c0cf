package web

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"

	"innards/diagnose/leak"
)

// leakPage is a leak: its sites, how each grew, and where the memory of the process is.
type leakPage struct {
	leak.Report
	Took     string
	Sites    []leakSite
	More     int // sites that are not listed
	Resident []residentPart
	RSS      string
}

type leakSite struct {
	leak.Site
	Found                      bool
	Held, Objects, Speed, Name string
	Curve                      template.HTML
}

type residentPart struct {
	Name, Size string
	Bar        template.HTML
}

// mostSites is how many sites are listed.
const mostSites = 200

func newLeakPage(r *run) (*leakPage, error) {
	page := &leakPage{}
	if err := r.decode("report.json", &page.Report); err != nil {
		return nil, err
	}
	page.Took = fmt.Sprintf("%.1f s", page.Duration)
	for i, site := range page.Report.Sites {
		if i == mostSites {
			page.More = len(page.Report.Sites) - i
			break
		}
		s := leakSite{Site: site, Found: site.Class.Found(), Name: cmp.Or(site.Go.Func, "C code, no Go frame of the program's own")}
		s.Held, s.Objects = quantity(site.LiveBytes, "bytes"), plural(int(site.LiveObjects), "object")
		if site.LiveBytes == 0 && site.Resource != "malloc" && site.Resource != "mmap" {
			s.Held = ""
		}
		if site.Rate > 0 {
			s.Speed = quantity(int64(site.Rate), "bytes") + "/s"
		}
		s.Curve = curve(site.Growth)
		page.Sites = append(page.Sites, s)
	}
	res := page.Report.Resident
	page.RSS = quantity(res.RSS, "bytes")
	for _, part := range []struct {
		name string
		size int64
	}{{"Go heap and runtime", res.Go}, {"C memory in use", res.CLive}, {"C memory in use from before", res.CBefore}, {"C memory freed, kept by the allocator", res.CFree}, {"mappings", res.Mmap},
		{"stacks", res.Stacks}, {"the tracer", res.Tracer}, {"other", res.Other}} {
		page.Resident = append(page.Resident, residentPart{part.name, quantity(part.size, "bytes"), bar(part.size, res.RSS)})
	}
	return page, nil
}

// Sizes of the drawings, in their own units.
const (
	curveWidth, curveHeight = 120, 34
	barWidth, barHeight     = 240, 12
)

// curve draws what was alive after each part of the time. It begins with nothing.
func curve(alive []int64) template.HTML {
	var most int64
	for _, n := range alive {
		most = max(most, n)
	}
	if most == 0 {
		return ""
	}
	var line strings.Builder
	fmt.Fprintf(&line, "M1 %d", curveHeight-1)
	for i, n := range alive {
		fmt.Fprintf(&line, "L%.1f %.1f", 1+float64(curveWidth-2)*float64(i+1)/float64(len(alive)),
			float64(curveHeight-1)-float64(curveHeight-4)*float64(max(n, 0))/float64(most))
	}
	return template.HTML(fmt.Sprintf(`<svg class="curve" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="Growth over time">`+
		`<path class="area" d="%sL%d %dZ"/><path class="line" d="%s"/></svg>`,
		curveWidth, curveHeight, curveWidth, curveHeight, line.String(), curveWidth-1, curveHeight-1, line.String()))
}

func bar(part, whole int64) template.HTML {
	length := 0.0
	if whole > 0 {
		length = min(barWidth, float64(barWidth)*float64(max(part, 0))/float64(whole))
	}
	return template.HTML(fmt.Sprintf(`<svg class="bar" viewBox="0 0 %d %d" width="%d" height="%d" aria-hidden="true"><rect width="%.1f" height="%d" rx="2"/></svg>`,
		barWidth, barHeight, barWidth, barHeight, length, barHeight))
}
