package cdemo

import _ "embed"

// The sources of the demos that hang, for their answers: the lines that must be named end in a comment.
var (
	//go:embed stuck.go
	CLockSource string
	//go:embed reentry.go
	CCallbackSource string
)
