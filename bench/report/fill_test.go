package report

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const marked = "# Title\r\n\nText before, with <!-- begin: x --> inside a line.\n" +
	"<!-- begin: hashmap figures -->\nold\nlines\n<!-- end: hashmap figures -->\n" +
	"Between.\n<!-- begin: dynarray run -->\nkept as it is\n<!-- end: dynarray run -->\nNo line break at the end"

func TestFillReplacesWhatIsMarkedAndNothingElse(t *testing.T) {
	d := example()
	d.Area = "hashmap"
	content := func(name string) (string, bool, error) {
		area, part, _ := strings.Cut(name, " ")
		if area != d.Area {
			return "", false, nil
		}
		text, ok := Part(d, part)
		return text, ok, nil
	}
	once, err := Fill(marked, content)
	require.NoError(t, err)
	figures, ok := Part(d, "figures")
	require.True(t, ok)
	require.Contains(t, figures, "| figure | must |")
	assert.Equal(t, strings.Replace(marked, "old\nlines\n", figures, 1), once)
	twice, err := Fill(once, content)
	require.NoError(t, err)
	assert.Equal(t, once, twice)

	none, err := Fill(marked, func(string) (string, bool, error) { return "", false, nil })
	require.NoError(t, err)
	assert.Equal(t, marked, none)
}

func TestFillRefusesBrokenMarks(t *testing.T) {
	nothing := func(string) (string, bool, error) { return "", true, nil }
	for text, want := range map[string]string{
		"<!-- begin: a -->\n":                    `section "a" has no end`,
		"<!-- end: a -->\n":                      "was not begun",
		"<!-- begin: a -->\n<!-- end: b -->\n":   "was not begun",
		"<!-- begin: a -->\n<!-- begin: b -->\n": `begins within "a"`,
	} {
		_, err := Fill(text, nothing)
		assert.ErrorContains(t, err, want, text)
	}
	broken := errors.New("no run")
	_, err := Fill(marked, func(string) (string, bool, error) { return "", false, broken })
	assert.ErrorIs(t, err, broken)
}

func TestPartsMakeTheWhole(t *testing.T) {
	d := example()
	for _, name := range PartNames() {
		text, ok := Part(d, name)
		assert.True(t, ok, name)
		assert.True(t, strings.HasSuffix(text, "\n") && !strings.HasPrefix(text, "\n"), name)
	}
	_, ok := Part(d, "nonsense")
	assert.False(t, ok)
}
