package malloctrace_test

import (
	"net/http"

	"innards/cgo/malloctrace"
)

func ExampleHandler() {
	mux := http.NewServeMux() // a program that serves http.DefaultServeMux need only import the package
	mux.Handle("GET /debug/pprof/cheap", malloctrace.Handler())
	// Output:
}
