//go:build !cgo || !linux || !amd64

package malloctrace_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"innards/cgo/malloctrace"
)

func TestWithoutATracerEverythingSaysSo(t *testing.T) {
	_, err := malloctrace.Since(malloctrace.Now())
	require.ErrorIs(t, err, malloctrace.ErrAbsent)
	malloctrace.Everything()
	taken, given := malloctrace.Lost()
	assert.Zero(t, taken+given)
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, malloctrace.Path, nil))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, w.Body.String(), malloctrace.ErrAbsent.Error())
}
