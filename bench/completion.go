package bench

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completeArgs completes what stands after bench: an area, or directories of runs to compare.
func (o *options) completeArgs(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	switch {
	case o.compare && len(args) < 2:
		return nil, cobra.ShellCompDirectiveFilterDirs
	case len(args) > 0:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return areaNames(), cobra.ShellCompDirectiveNoFileComp
}

// completeFlags has shells complete the flags that take names, by the area that stands on the line.
func completeFlags(cmd *cobra.Command, rivals Rivals) {
	named := func(flag string, values func(area) []string) {
		_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			return completeList(begun, values(areaOf(rivals, args))), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		})
	}
	named("impl", func(a area) []string { return a.impls })
	named("op", func(a area) []string { return strs(slices.Concat(a.ops, a.rare)) })
	named("keys", func(a area) []string { return strs(a.keys) })
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.MarkFlagDirname("out")
}

// completeList completes the last of the names that commas part; those before are not offered again.
func completeList(begun string, names []string) []string {
	before := begun[:strings.LastIndexByte(begun, ',')+1]
	taken := strings.Split(before, ",")
	var all []string
	for _, name := range names {
		if !slices.Contains(taken, name) {
			all = append(all, before+name)
		}
	}
	return all
}

func strs[T ~string](names []T) []string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return texts
}
