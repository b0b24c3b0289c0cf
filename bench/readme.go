package bench

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"innards/bench/report"
)

// readmeCommand returns the command bench readme.
func readmeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "readme FILE RUN...",
		Short: "write the tables of kept runs into the marked sections of a text",
		Long: `Write the tables of runs that were kept with --out into a text. Its sections are marked, each mark on a line of its own:

  <!-- begin: hashmap figures -->
  <!-- end: hashmap figures -->

The name is an area and one of ` + list(report.PartNames()) + `. What stands between the marks is replaced, all else
is left alone, sections of areas without a run among it.`,
		Example: `  innards bench hashmap --out runs/hashmap
  innards bench readme README.md runs/hashmap runs/dynarray`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("bench: readme takes a file and runs: try bench readme README.md RUN, the directory of a run with --out")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			changed, err := fillReadme(args[0], args[1:])
			if err == nil && changed {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "wrote "+args[0])
			}
			return err
		},
	}
}

// fillReadme fills the sections of a file, and says whether that has changed it.
func fillReadme(path string, runs []string) (changed bool, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return false, fmt.Errorf("bench: read the text to fill: %w", err)
	}
	documents := map[string]report.Document{}
	for _, run := range runs {
		d, err := report.Read(run)
		if err != nil {
			return false, err
		}
		if _, twice := documents[d.Area]; twice {
			return false, fmt.Errorf("bench: %s is a second run of %s: give one of each area", run, d.Area)
		}
		documents[d.Area] = d
	}
	filled, err := report.Fill(string(text), func(name string) (string, bool, error) {
		area, part, _ := strings.Cut(name, " ")
		if !slices.Contains(areaNames(), area) {
			return "", false, nil // somebody else's section
		}
		d, ok := documents[area]
		if !ok {
			return "", false, nil
		}
		content, ok := report.Part(d, part)
		if !ok {
			return "", false, fmt.Errorf("bench: %s: section %q: there is no part %q: try one of %s", path, name, part, list(report.PartNames()))
		}
		return content, true, nil
	})
	if err != nil || filled == string(text) {
		return false, err
	}
	file := evidence{dir: filepath.Dir(path)}
	return true, file.write(filepath.Base(path), func(w io.Writer) error {
		_, err := io.WriteString(w, filled)
		return err
	})
}
