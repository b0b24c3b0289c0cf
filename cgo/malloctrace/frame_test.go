package malloctrace

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsUser(t *testing.T) {
	n := names{modules: []string{"example.com/app", "", "gopkg.in/yaml.v3"}}
	for function, want := range map[string]bool{
		"main.main":                          true,
		"main.(*T[...]).m":                   true,
		"example.com/app.New":                true,
		"example.com/app/store.(*DB).Open":   true,
		"example.com/application.New":        false,
		"gopkg.in/yaml%2ev3.(*Decoder).Read": true,
		"gopkg.in/yaml%2ev4.Unmarshal":       false,
		"net/http.(*Server).Serve":           false,
		"vendor/golang.org/x/net/idna.f":     false,
		"runtime.cgocall":                    false,
	} {
		assert.Equal(t, want, n.isUser(function), function)
	}
}
