//go:build !cgo

package tour

import (
	"errors"

	"innards/hashmap/explain"
)

func tellArray(Structure, Options) (*explain.Story, error) {
	return nil, errors.New("explain: dynarray is C memory, and this innards was built without cgo: build it with CGO_ENABLED=1 and a C compiler")
}
