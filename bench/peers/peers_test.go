package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every rival answers a tiny run; a wrong answer would end it.
func TestRivalsAnswer(t *testing.T) {
	for _, area := range []string{"hashmap"} {
		var out, errs bytes.Buffer
		status := run(t.Context(), []string{area, "--quick", "--count=6", "--len=50"}, &out, &errs)
		require.Zero(t, status, errs.String())
		assert.Contains(t, out.String(), "swiss-cockroach")
	}
}
