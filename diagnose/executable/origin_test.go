package executable

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPackagePath(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                            "main",
		"main.(*Server).run.func1":             "main",
		"net/http.(*conn).serve":               "net/http",
		"example.com/a/b.F":                    "example.com/a/b",
		"gopkg.in/yaml%2ev3.(*Decoder).Read":   "gopkg.in/yaml.v3",
		"example.com/a.Map[example.com/b/c.K]": "example.com/a",
		"main.F[...]":                          "main",
		"_cgo_something":                       "",
	} {
		assert.Equal(t, want, PackagePath(name), name)
	}
}

func TestOrigin(t *testing.T) {
	f := &File{origins: newOriginTable(&debug.BuildInfo{
		Main: debug.Module{Path: "example.com/app"},
		Deps: []*debug.Module{{Path: "example.com/app/nested"}, {Path: "gopkg.in/yaml.v3"}, {Path: "nodots"}},
	})}
	for name, want := range map[string]Origin{
		"main.main":                            MainModule,
		"example.com/app.Run":                  MainModule,
		"example.com/app_test.TestRun":         MainModule,
		"example.com/app/internal/x.(*T).Do":   MainModule,
		"example.com/app/nested/x.F":           Dependency,
		"example.com/application.F":            Dependency, // only the letters agree
		"gopkg.in/yaml%2ev3.Unmarshal":         Dependency,
		"nodots/x.F":                           Dependency,
		"other.org/unlisted.F":                 Dependency,
		"fmt.Println":                          StandardLibrary,
		"sync.(*Mutex).Lock":                   StandardLibrary,
		"vendor/golang.org/x/net/idna.ToASCII": StandardLibrary,
		"runtime/pprof.StartCPUProfile":        StandardLibrary,
		"runtime.gopark":                       Runtime,
		"internal/runtime/maps.(*Map).Put":     Runtime,
		"runtime/cgo.NewHandle":                Runtime,
		"main._Cfunc_leak":                     Runtime,
		"example.com/app/db._cgo_cmalloc":      Runtime,
		"_cgoexp_0123_goBack":                  Runtime,
		"type:.eq.main.pair":                   Runtime,
		"gogo":                                 Runtime,
	} {
		assert.Equal(t, want, f.Origin(name), name)
	}
}
