package waitpicture

import (
	"cmp"
	"slices"
)

// Sizes, in the picture's own units.
const (
	boxWidth, boxHeight   = 216, 62
	pillWidth, pillHeight = 216, 34
	columnGap, rowGap     = 96, 34
	columnStep            = boxWidth + columnGap
	rowStep               = boxHeight + rowGap
	margin                = 16
	mostDrawn             = 60
	lane                  = 40 // above and below a knot, for arrows that pass some of its boxes
)

// box is a group or an object in the picture.
type box struct {
	group, object int // an index; -1: it is the other
	x, y          int // of its centre
	out, in       []int
	knot          bool
	placed        bool
	under         bool // in the second row of a knot
	far           int  // arrows from the knot, or from who waits for nobody
}

// layout places the groups and objects that have arrows. Groups beyond mostDrawn are left out: they are the smallest of those
// that nobody's waiting leads to.
type layout struct {
	boxes         []box
	width, height int
	left          int // groups with arrows that were left out
}

func newLayout(p *Picture) *layout {
	l := &layout{}
	objectBox := make([]int, len(p.Objects))
	for i := range objectBox {
		objectBox[i] = -1
	}
	object := func(i int) int {
		if objectBox[i] < 0 {
			objectBox[i] = len(l.boxes)
			l.boxes = append(l.boxes, box{group: -1, object: i, knot: p.Objects[i].Knot})
		}
		return objectBox[i]
	}
	for i, g := range p.Groups {
		if len(g.Waits)+len(g.Holds) == 0 {
			continue
		}
		if len(l.boxes) >= mostDrawn {
			l.left++
			continue
		}
		at := len(l.boxes)
		l.boxes = append(l.boxes, box{group: i, object: -1, knot: g.Knot})
		for _, o := range g.Waits {
			l.arrow(at, object(o))
		}
		for _, h := range g.Holds {
			l.arrow(object(h.Object), at)
		}
	}
	top := margin
	for _, part := range l.parts() {
		top = l.place(part, top)
	}
	l.height = top
	return l
}

func (l *layout) arrow(from, to int) {
	l.boxes[from].out = append(l.boxes[from].out, to)
	l.boxes[to].in = append(l.boxes[to].in, from)
}

// parts gives the boxes that hang together.
func (l *layout) parts() (parts [][]int) {
	seen := make([]bool, len(l.boxes))
	for i := range l.boxes {
		if seen[i] {
			continue
		}
		seen[i] = true
		part := []int{i}
		for at := 0; at < len(part); at++ {
			for _, next := range slices.Concat(l.boxes[part[at]].out, l.boxes[part[at]].in) {
				if !seen[next] {
					seen[next] = true
					part = append(part, next)
				}
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// place places a part below top, and returns where the next may begin.
func (l *layout) place(part []int, top int) int {
	// The heads of the part: the boxes of knots, else those that wait for nobody.
	var heads []int
	for _, i := range part {
		if l.boxes[i].knot {
			heads = append(heads, i)
		}
	}
	rings := l.rings(heads)
	if len(heads) == 0 {
		for _, i := range part {
			if len(l.boxes[i].out) == 0 {
				heads = append(heads, i)
			}
		}
	}
	columns := l.distances(part, heads)
	right := margin + boxWidth/2 + (len(columns)-1)*columnStep
	if len(rings) > 0 && len(columns) > 1 {
		top += lane
	}
	bottom := top
	for _, ring := range rings {
		half := (len(ring) + 1) / 2
		for n, i := range ring {
			b := &l.boxes[i]
			b.placed = true
			if n < half {
				b.x, b.y = right+n*columnStep, bottom+boxHeight/2
			} else {
				b.under = true
				b.x, b.y = right+(len(ring)-1-n)*columnStep, bottom+boxHeight/2+rowStep+rowGap
			}
			l.width = max(l.width, b.x+boxWidth/2+margin)
		}
		bottom += boxHeight + rowStep + 2*rowGap + lane/2
	}
	for far, column := range columns {
		// In the order of what they lead to, so that arrows cross little.
		slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(l.aim(a), l.aim(b)) })
		y := top + boxHeight/2
		for _, i := range column {
			b := &l.boxes[i]
			if b.placed {
				continue
			}
			b.placed = true
			b.x, b.y = right-far*columnStep, y
			y += rowStep
			l.width = max(l.width, b.x+boxWidth/2+margin)
			bottom = max(bottom, b.y+boxHeight/2+rowGap)
		}
	}
	return bottom + margin
}

// distances sorts a part into columns by the number of arrows to the nearest head.
func (l *layout) distances(part, heads []int) (columns [][]int) {
	for _, i := range part {
		l.boxes[i].far = -1
	}
	reached := slices.Clone(heads)
	for _, i := range heads {
		l.boxes[i].far = 0
	}
	for at := 0; at < len(reached); at++ {
		i := reached[at]
		far := l.boxes[i].far
		for len(columns) <= far {
			columns = append(columns, nil)
		}
		columns[far] = append(columns[far], i)
		for _, before := range l.boxes[i].in {
			if l.boxes[before].far < 0 {
				l.boxes[before].far = far + 1
				reached = append(reached, before)
			}
		}
	}
	// What a head leads to without being one: what the members of a knot hold besides, and who waits for it.
	for _, i := range part {
		if l.boxes[i].far < 0 {
			l.boxes[i].far = len(columns)
		}
	}
	var rest []int
	for _, i := range part {
		if l.boxes[i].far == len(columns) {
			rest = append(rest, i)
		}
	}
	if len(rest) > 0 {
		columns = append(columns, rest)
	}
	return columns
}

// aim is the mean height of what a box leads to.
func (l *layout) aim(i int) int {
	sum, n := 0, 0
	for _, to := range l.boxes[i].out {
		if l.boxes[to].placed {
			sum += l.boxes[to].y
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// rings follows the arrows within knots: each ring is the boxes of a walk until it comes back. Members that no walk meets
// make rings of their own.
func (l *layout) rings(knot []int) (rings [][]int) {
	seen := map[int]bool{}
	for _, start := range knot {
		if seen[start] || l.boxes[start].group < 0 {
			continue
		}
		var ring []int
		for i := start; i >= 0; {
			seen[i] = true
			ring = append(ring, i)
			next := -1
			for _, to := range l.boxes[i].out {
				if l.boxes[to].knot && !seen[to] {
					next = to
					break
				}
			}
			i = next
		}
		rings = append(rings, ring)
	}
	return rings
}
