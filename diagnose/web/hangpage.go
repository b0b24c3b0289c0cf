package web

import (
	"fmt"
	"html/template"
	"strings"

	"innards/diagnose/waitpicture"
)

// hangPage is a hang: its verdicts, who waits for whom as a picture, and the goroutines by kind.
type hangPage struct {
	hangReport
	Picture template.HTML
	Left    int
	Groups  []hangGroup
	More    int // kinds of goroutines that are not listed
	NoWaits string
}

type hangGroup struct {
	waitpicture.Group
	Number int
	Who    string
	Holds  []string
	Waits  []string
}

// mostGroups is how many kinds of goroutines are listed.
const mostGroups = 200

func newHangPage(r *run) (*hangPage, error) {
	page := &hangPage{}
	if err := r.decode("report.json", &page.hangReport); err != nil {
		return nil, err
	}
	var picture waitpicture.Picture
	if err := r.decode("waits.json", &picture); err != nil {
		page.NoWaits = oneLine(err) // of an older run, or one that is not whole: the verdicts stand without it
		return page, nil
	}
	if err := picture.Check(); err != nil {
		page.NoWaits = oneLine(err)
		return page, nil
	}
	var svg strings.Builder
	left, err := picture.DrawSVG(&svg)
	if err != nil {
		return nil, err
	}
	page.Left = left
	page.Picture = template.HTML(svg.String()) // made by package waitpicture, which escapes every text
	for i, g := range picture.Groups {
		if i == mostGroups {
			page.More = len(picture.Groups) - i
			break
		}
		shown := hangGroup{Group: g, Number: i, Who: plural(g.Count, "goroutine")}
		for n, id := range g.Goroutines {
			if n == 8 {
				shown.Who += ", …"
				break
			}
			shown.Who += map[bool]string{true: ": ", false: ", "}[n == 0] + fmt.Sprint(id)
		}
		for _, o := range g.Waits {
			shown.Waits = append(shown.Waits, objectName(picture.Objects[o]))
		}
		for _, h := range g.Holds {
			text := objectName(picture.Objects[h.Object])
			if h.At != "" {
				text += " since " + h.At
			}
			shown.Holds = append(shown.Holds, text)
		}
		page.Groups = append(page.Groups, shown)
	}
	return page, nil
}

func objectName(o waitpicture.Object) string {
	if o.Count > 1 {
		return fmt.Sprintf("%s and %d more like it", o.Name, o.Count-1)
	}
	return o.Name
}
