package subject

import (
	"encoding/json"
	"slices"

	"innards/orderedmap"
)

// A Document is a map that is read from and written as a JSON object, by encoding/json.
type Document interface {
	// Unmarshal reads the object into an empty map.
	Unmarshal(text []byte) error
	// Marshal writes the map that was read last.
	Marshal() ([]byte, error)
}

// A DocumentContender makes documents of one kind.
type DocumentContender struct {
	Name string
	New  func() Document
}

// A DocumentSet holds contenders for each kind of document, the reference first.
type DocumentSet struct {
	Flat  []DocumentContender // the values are integers
	Mixed []DocumentContender // the values are objects
}

// Documents returns the maps of this module that have a JSON form, and Go's own, which sorts its keys.
func Documents() DocumentSet {
	return DocumentSet{
		Flat: []DocumentContender{
			DocumentOf[map[string]int](Reference),
			DocumentOf[orderedmap.Map[string, int]]("orderedmap"),
			DocumentOf[orderedmap.Linked[string, int]]("linked"),
		},
		Mixed: []DocumentContender{
			DocumentOf[map[string]any](Reference),
			DocumentOf[orderedmap.Map[string, any]]("orderedmap"),
			DocumentOf[orderedmap.Linked[string, any]]("linked"),
		},
	}
}

// With returns the documents of both sets.
func (s DocumentSet) With(more DocumentSet) DocumentSet {
	return DocumentSet{Flat: slices.Concat(s.Flat, more.Flat), Mixed: slices.Concat(s.Mixed, more.Mixed)}
}

// DocumentOf returns a contender whose map is an M, ready to use as a zero value.
func DocumentOf[M any](name string) DocumentContender {
	return DocumentContender{Name: name, New: func() Document { return new(document[M]) }}
}

type document[M any] struct{ m *M }

func (d *document[M]) Unmarshal(text []byte) error {
	d.m = new(M)
	return json.Unmarshal(text, d.m)
}

func (d *document[M]) Marshal() ([]byte, error) { return json.Marshal(d.m) }
