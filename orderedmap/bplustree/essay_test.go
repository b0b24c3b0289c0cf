package bplustree

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drawing is a subtree as lines of text, all of the same length.
type drawing []string

// draw draws the tree with inner nodes above the middle of their children.
func (t *Tree[K, V]) draw(n *node, level int) drawing {
	if level == 0 {
		l := leafOf[K, V](n)
		return drawing{strings.TrimSpace(fmt.Sprint(l.keys[:l.n]))}
	}
	in := innerOf[K](n)
	d := make(drawing, level+1)
	for i, kid := range in.kids[:in.n] {
		for j, line := range t.draw(kid, level-1) {
			if i > 0 {
				d[j+1] += "  "
			}
			d[j+1] += line
		}
	}
	name := fmt.Sprint(in.keys[:in.n-1])
	left := max(0, (len(d[1])-len(name))/2)
	d[0] = strings.Repeat(" ", left) + name + strings.Repeat(" ", max(0, len(d[1])-len(name)-left))
	return d
}

// The trees drawn in the essay are what the code makes of the same steps.
func TestEssay(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	tree := NewNarrow[int, int](4)
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"start", func() {
			for _, k := range []int{10, 40, 70, 50, 20, 60, 30, 80} {
				tree.Set(k, 0)
			}
		}},
		{"split", func() { tree.Set(25, 0) }},
		{"two splits", func() { tree.Set(65, 0); tree.Set(52, 0) }},
		{"root split", func() { tree.Set(54, 0) }},
		{"borrow", func() { tree.Set(27, 0); tree.Delete(40) }},
		{"merge", func() { tree.Delete(25); tree.Delete(27) }},
	} {
		step.do()
		require.NoError(t, tree.Check())
		want := ""
		for _, line := range tree.draw(tree.root, tree.height) {
			want += "//\t" + strings.TrimRight(line, " ") + "\n"
		}
		if !assert.Contains(t, string(text), want, step.name) {
			fmt.Print(want)
		}
	}
}
