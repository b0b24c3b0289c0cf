package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"innards/diagnose/tour"
	"innards/hashmap/explain"
)

// tourPolicy is ownPolicy with the script that steps, which asks this site for pages, and the form that takes keys.
const tourPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// tourPage is a story, with one of its steps on the stage.
type tourPage struct {
	Title, Keys string
	Seed        uint64
	Hashed      bool
	Problem     string
	Stage       *stage
	Operations  []tourOperation
}

type tourOperation struct {
	explain.Operation
	Href    string
	Current bool
	Steps   []tourStep
}

type tourStep struct {
	explain.Step
	Href    string
	Current bool
}

// stage is the layout that a step speaks of.
type stage struct {
	Do                              explain.Do
	Key, Say, Shape, Fill, Back, On string
	Kind                            explain.Kind
	Number, Of                      int
	Parts                           []stagePart
}

type stagePart struct {
	Name string
	Tree bool
	Rows []stageRow
}

type stageRow struct {
	Name, Note string
	Looked     bool
	Cells      []stageCell
}

type stageCell struct {
	explain.Cell
	Shown  string
	Looked bool
}

func (s *Site) toursPage(w http.ResponseWriter, _ *http.Request) {
	render(w, http.StatusOK, "tours", tour.Structures())
}

// tourPage tells the story that the address asks for. It is made anew for each step: it takes less than a millisecond, and
// nothing needs to be kept.
func (s *Site) tourPage(w http.ResponseWriter, r *http.Request) {
	structures := tour.Structures()
	at := slices.IndexFunc(structures, func(t tour.Structure) bool { return t.Name == r.PathValue("structure") })
	if at < 0 {
		explainNotice(w, http.StatusNotFound, notice{Title: "No such structure", Text: "No structure has this name; /explain/ lists them all."})
		return
	}
	query := r.URL.Query()
	page := tourPage{Title: structures[at].Title, Keys: query.Get("keys"), Seed: 1, Hashed: structures[at].Hashed()}
	o := tour.Options{Structure: structures[at].Name, Keys: page.Keys}
	step, problem := 1, error(nil)
	number := func(name string, put func(text string) error) {
		if text := query.Get(name); text != "" && problem == nil {
			if put(text) != nil {
				problem = fmt.Errorf("%s %.40q is not a number that can be used here", name, text)
			}
		}
	}
	number("seed", func(text string) (err error) { page.Seed, err = strconv.ParseUint(text, 10, 64); return err })
	number("hostile", func(text string) (err error) { o.Hostile, err = strconv.Atoi(text); return err })
	number("step", func(text string) (err error) { step, err = strconv.Atoi(text); return err })
	o.Seed = page.Seed
	w.Header().Set("Content-Security-Policy", tourPolicy)
	var story *explain.Story
	if problem == nil {
		story, problem = tour.Tell(o)
	}
	if problem != nil {
		page.Problem = oneLine(problem)
		render(w, http.StatusOK, "tour", page) // 200: the page is whole, and says what to change
		return
	}
	page.Keys = story.Keys
	page.show(story, o, step)
	render(w, http.StatusOK, "tour", page)
}

// show puts step number n of the story on the stage, or the nearest that there is.
func (p *tourPage) show(story *explain.Story, o tour.Options, n int) {
	total := story.Steps()
	n = min(max(n, 1), total)
	address := url.Values{"seed": {strconv.FormatUint(o.Seed, 10)}}
	if o.Hostile > 0 {
		address.Set("hostile", strconv.Itoa(o.Hostile))
	} else if o.Keys != "" {
		address.Set("keys", o.Keys)
	}
	href := func(n int) string {
		if n < 1 || n > total {
			return ""
		}
		address.Set("step", strconv.Itoa(n))
		return "?" + address.Encode()
	}
	number := 0
	for _, op := range story.Operations {
		shown := tourOperation{Operation: op, Href: href(number + 1)}
		for _, step := range op.Steps {
			number++
			shown.Steps = append(shown.Steps, tourStep{step, href(number), number == n})
			if number == n {
				shown.Current = true
				p.Stage = newStage(&story.States[step.State], step)
				p.Stage.Do, p.Stage.Key = op.Do, op.Key
				p.Stage.Number, p.Stage.Of, p.Stage.Back, p.Stage.On = n, total, href(n-1), href(n+1)
			}
		}
		p.Operations = append(p.Operations, shown)
	}
}

func newStage(l *explain.Layout, step explain.Step) *stage {
	s := &stage{Say: step.Say, Kind: step.Kind, Shape: l.Shape, Fill: l.Fill}
	for _, row := range l.Rows {
		if len(s.Parts) == 0 || s.Parts[len(s.Parts)-1].Name != row.Part {
			s.Parts = append(s.Parts, stagePart{Name: row.Part, Tree: l.Slides})
		}
		part := &s.Parts[len(s.Parts)-1]
		shown := stageRow{Name: row.Name, Note: row.Note, Looked: slices.Contains(step.At, row.ID)}
		for _, cell := range row.Cells {
			c := stageCell{cell, cell.Key, slices.Contains(step.At, cell.ID)}
			switch cell.State {
			case explain.Empty:
				c.Shown = "·"
			case explain.Tombstone:
				c.Shown = "†"
			case explain.Hole:
				c.Shown = "○"
			}
			shown.Cells = append(shown.Cells, c)
		}
		part.Rows = append(part.Rows, shown)
	}
	return s
}
