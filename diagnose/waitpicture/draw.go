package waitpicture

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// DrawSVG writes the picture as an SVG element, for a page whose style sheet has the classes wait, knot, group, object, arrow and
// so on. Each group is a link to #goroutines-N, N counting the groups from 0. It reports how many groups have arrows and were left
// out; nothing is written where none has any.
func (p *Picture) DrawSVG(w io.Writer) (left int, err error) {
	l := newLayout(p)
	if len(l.boxes) == 0 {
		return 0, nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg class="waits" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="Who waits for whom">`,
		l.width, l.height, l.width, l.height)
	b.WriteString(`<defs>`)
	for _, kind := range []string{"plain", "red"} {
		fmt.Fprintf(&b, `<marker id="tip-%s" class="tip %s" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">`+
			`<path d="M0 .5 8 4 0 7.5z"/></marker>`, kind, kind)
	}
	b.WriteString(`</defs>`)
	for i := range l.boxes {
		for _, to := range l.boxes[i].out {
			drawArrow(&b, p, &l.boxes[i], &l.boxes[to], slices.Contains(l.boxes[to].out, i))
		}
	}
	for i := range l.boxes {
		if l.boxes[i].group >= 0 {
			drawGroup(&b, &l.boxes[i], &p.Groups[l.boxes[i].group])
		} else {
			drawObject(&b, &l.boxes[i], &p.Objects[l.boxes[i].object])
		}
	}
	b.WriteString("</svg>\n")
	_, err = w.Write(b.Bytes())
	return l.left, err
}

// half is half of a box's width and height.
func (b *box) half() (int, int) {
	if b.group >= 0 {
		return boxWidth / 2, boxHeight / 2
	}
	return pillWidth / 2, pillHeight / 2
}

// drawArrow draws an arrow between the sides of two boxes that face each other, and beside one from an object since where it is
// held.
func drawArrow(b *bytes.Buffer, p *Picture, from, to *box, mutual bool) {
	shift := 0 // two boxes that lead to each other have their arrows side by side
	if mutual {
		shift = 12
	}
	fw, fh := from.half()
	tw, th := to.half()
	x1, y1, x2, y2 := from.x, from.y, to.x, to.y
	var c1x, c1y, c2x, c2y int
	dx, dy := x2-x1, y2-y1
	switch {
	case !from.knot && to.knot && abs(dx) > columnStep*3/2: // past other boxes of the knot, in the lane beside it
		side := -1
		if to.under {
			side = 1
		}
		x1, y2 = x1+sign(dx)*fw, y2+side*th
		edge := to.y + side*(boxHeight/2+lane)
		c1x, c1y, c2x, c2y = x1+columnGap/2*sign(dx), edge, x2, edge
	case abs(dx) < columnStep/2: // one above the other
		s := sign(dy)
		x1, x2 = x1+s*shift, x2+s*shift
		y1, y2 = y1+s*fh, y2-s*th
		c1x, c1y, c2x, c2y = x1, (y1+y2)/2, x2, (y1+y2)/2
	default:
		s := sign(dx)
		y1, y2 = y1+s*shift, y2+s*shift
		x1, x2 = x1+s*fw, x2-s*tw
		c1x, c1y, c2x, c2y = (x1+x2)/2, y1, (x1+x2)/2, y2
	}
	class, tip := "arrow", "plain"
	if from.knot && to.knot {
		class, tip = "arrow red", "red"
	}
	if from.group >= 0 {
		class += " wait"
	} else {
		class += " hold"
	}
	fmt.Fprintf(b, `<path class="%s" marker-end="url(#tip-%s)" d="M%d %dC%d %d %d %d %d %d"/>`, class, tip, x1, y1, c1x, c1y, c2x, c2y, x2, y2)
	label := "waits"
	if from.group < 0 {
		label = "held by"
		for _, h := range p.Groups[to.group].Holds {
			if h.Object == from.object && h.At != "" {
				label = "held since"
				text(b, "label", (x1+3*c1x+3*c2x+x2)/8, (y1+3*c1y+3*c2y+y2)/8+12, cut(h.At, 26))
			}
		}
	}
	// The middle of the curve.
	text(b, "label", (x1+3*c1x+3*c2x+x2)/8, (y1+3*c1y+3*c2y+y2)/8-4, label)
}

func drawGroup(b *bytes.Buffer, at *box, g *Group) {
	class := "group"
	if g.Knot {
		class += " red"
	} else if g.Root {
		class += " root"
	}
	w, h := at.half()
	title := fmt.Sprintf("%d goroutines", g.Count)
	if g.Count == 1 && len(g.Goroutines) == 1 {
		title = fmt.Sprintf("goroutine %d", g.Goroutines[0])
	}
	where := g.Func
	if g.File != "" {
		where = fmt.Sprintf("%s %s:%d", g.Func, g.File, g.Line)
	}
	fmt.Fprintf(b, `<a href="#goroutines-%d" class="%s"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="7"/>`,
		at.group, class, html.EscapeString(where), at.x-w, at.y-h, 2*w, 2*h)
	text(b, "title", at.x, at.y-12, title)
	text(b, "func", at.x, at.y+6, cut(shortFunc(g.Func), 31))
	position := cut(g.State, 32)
	if g.Line > 0 {
		position = cut(path.Base(g.File)+":"+strconv.Itoa(g.Line), 20) + " · " + cut(g.State, 16)
	}
	text(b, "quiet", at.x, at.y+22, position)
	b.WriteString(`</a>`)
}

func drawObject(b *bytes.Buffer, at *box, o *Object) {
	class := "object"
	if o.Knot {
		class += " red"
	}
	w, h := at.half()
	name := cut(o.Name, 30)
	if o.Count > 1 {
		kind, _, _ := strings.Cut(o.Name, " 0x")
		name = fmt.Sprintf("%d × %s", o.Count, cut(kind, 22))
	}
	fmt.Fprintf(b, `<g class="%s"><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="%d"/>`,
		class, html.EscapeString(o.Name), at.x-w, at.y-h, 2*w, 2*h, h)
	text(b, "what", at.x, at.y+4, name)
	b.WriteString(`</g>`)
}

func text(b *bytes.Buffer, class string, x, y int, what string) {
	fmt.Fprintf(b, `<text class="%s" x="%d" y="%d">%s</text>`, class, x, y, html.EscapeString(what))
}

// shortFunc drops the path of a function's package.
func shortFunc(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func abs(n int) int { return max(n, -n) }

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}
