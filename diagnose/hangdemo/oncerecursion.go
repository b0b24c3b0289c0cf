package hangdemo

import (
	_ "embed"
	"sync"
)

//go:embed oncerecursion.go
var onceRecursionSource string

// settings are loaded when they are first asked for.
type settings struct {
	once   sync.Once
	loaded map[string]string
}

func (s *settings) get(name string) string {
	s.once.Do(s.load) // want holds
	return s.loaded[name]
}

// load is the fault, seen with folder: what it needs for loading asks for the settings that are being loaded.
func (s *settings) load() {
	s.loaded = map[string]string{"folder": s.folder()}
}

func (s *settings) folder() string {
	s.once.Do(s.load) // want waits
	return s.loaded["home"] + "/settings"
}

// loadFrom is told what it needs.
func (s *settings) loadFrom(home string) {
	s.once.Do(func() { s.loaded = map[string]string{"folder": home + "/settings"} })
}

func breakOnceRecursion() {
	s := new(settings)
	go s.get("folder")
}

func mendOnceRecursion() {
	s := new(settings)
	s.loadFrom("/home/ann")
}
