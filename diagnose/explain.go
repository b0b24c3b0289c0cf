package diagnose

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"innards/diagnose/tour"
)

// ExplainCommand returns the command `innards explain`.
func ExplainCommand() *cobra.Command {
	var (
		o             tour.Options
		steps, asJSON bool
	)
	var list strings.Builder
	var names []string
	for _, s := range tour.Structures() {
		fmt.Fprintf(&list, "  %-11s %s: %s\n", s.Name, s.Title, s.About)
		names = append(names, s.Name)
	}
	cmd := &cobra.Command{
		Use:   "explain STRUCTURE",
		Short: "Show, step by step, what a structure does on an insert, a look-up, a collision, a resize",
		Long: `Explain does a few operations with one of this module's structures and tells each step: what was hashed, which
place was looked at and why, what was moved. The structure is the real one, at work; nothing is simulated.

` + list.String() + `
Keys are numbers or strings: a,b sets two, ?a looks one up, -a deletes it. --hostile chooses keys as an attacker
would who knows the seed: all of them begin at one place. innards ui shows the same as pages to step through.`,
		Example: `  innards explain robinhood
  innards explain linear --keys apple,pear,plum,?fig,-pear,?plum
  innards explain chaining --hostile=60
  innards explain orderedmap --steps`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("explain: which structure? Give one of %s", strings.Join(names, ", "))
			}
			return nil
		},
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Structure = args[0]
			story, err := tour.Tell(o)
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(story)
			}
			return tour.WriteText(terminal(cmd.OutOrStdout()), story, steps)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Keys, "keys", "", "what to do: a sets a key, ?a looks it up, -a deletes it; separated by commas")
	flags.Uint64Var(&o.Seed, "seed", 1, "seed of the hash")
	flags.IntVar(&o.Hostile, "hostile", 0, "set so many keys whose probes begin at one place")
	flags.Lookup("hostile").NoOptDefVal = "12"
	flags.BoolVar(&steps, "steps", false, "draw the structure after every step")
	flags.BoolVar(&asJSON, "json", false, "print one JSON document")
	return cmd
}
