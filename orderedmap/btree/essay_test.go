package btree

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// draw draws a subtree, each level a line, inner nodes above the middle of their children.
func (n *node[K, V]) draw(level int) []string {
	name := fmt.Sprint(n.keys[:n.n])
	if level == 0 {
		return []string{name}
	}
	d := make([]string, level+1)
	for i, kid := range n.below.kids[:n.n+1] {
		for j, line := range kid.draw(level - 1) {
			if i > 0 {
				d[j+1] += "  "
			}
			d[j+1] += line
		}
	}
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
		{"split", func() { tree.Set(25, 0); tree.Set(22, 0) }},
		{"full root", func() {
			for _, k := range []int{65, 67, 75, 77} {
				tree.Set(k, 0)
			}
		}},
		{"root split", func() { tree.Set(73, 0); tree.Set(72, 0) }},
		{"inner key", func() { tree.Delete(40) }},
		{"borrow", func() { tree.Set(27, 0); tree.Set(28, 0); tree.Delete(10) }},
		{"merge", func() { tree.Delete(72); tree.Delete(73) }},
	} {
		step.do()
		require.NoError(t, tree.Check())
		want := ""
		for _, line := range tree.root.draw(tree.height) {
			want += "//\t" + strings.TrimRight(line, " ") + "\n"
		}
		if !assert.Contains(t, string(text), want, step.name) {
			fmt.Print(want)
		}
	}
}
