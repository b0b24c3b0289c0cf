package cdemo

import _ "embed"

// CCallSource is the source of the demo of a call that does not return, for its answer.
//
//go:embed await.go
var CCallSource string
