package nodesearch

import (
	"reflect"
	"unsafe"
)

// As returns from, seen as a To. The two must be alike but for the names of types: a key and its underlying type, or
// functions whose parameters and results differ in no more than that. Such types have the same layout, and such
// functions the same calling convention, so that this is rule 1 of package unsafe: a *T1 as a *T2 of equal layout.
// The check of kind and size below catches a slip in the tables that pair them.
func As[To, From any](from From) To {
	to, t := reflect.TypeFor[To](), reflect.TypeFor[From]()
	if to.Size() != t.Size() || to.Kind() != t.Kind() && to.Size() > 8 {
		panic("nodesearch: " + t.String() + " is not laid out as " + to.String())
	}
	return *(*To)(unsafe.Pointer(&from))
}
