//go:build !cgo

package subject

// cStrings are those that need cgo: none without it.
func cStrings() []StringList { return nil }
