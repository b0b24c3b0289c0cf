package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every rival answers a tiny run; a wrong answer would end it.
func TestRivalsAnswer(t *testing.T) {
	for area, rival := range map[string]string{"hashmap": "swiss-cockroach", "orderedmap": "btree-google"} {
		var out, errs bytes.Buffer
		status := run(t.Context(), []string{area, "--quick", "--count=6", "--len=50", "--op=get-hit,set-grow,churn,iterate"}, &out, &errs)
		require.Zero(t, status, errs.String())
		assert.Contains(t, out.String(), rival)
	}
}
