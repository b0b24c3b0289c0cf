package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHexAddress(t *testing.T) {
	for text, want := range map[string]string{
		"0100007F:1F90":                         "127.0.0.1:8080",
		"0000000000000000FFFF00000100007F:1F90": "127.0.0.1:8080", // of a socket for both kinds
		"B80D01200000000000000000010000AB:0050": "[2001:db8::ab00:1]:80",
	} {
		got, ok := hexAddress(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got.String())
	}
	for _, text := range []string{"", "0100007F", "0100007F:", "01:1F90", "x100007F:1F90", "0100007F:10000"} {
		_, ok := hexAddress(text)
		assert.False(t, ok, text)
	}
}

// Where nothing tells whether a deadline is set, it must not be taken for missing.
func TestDeadlineSet(t *testing.T) {
	var none [pollSize]byte
	read, write := none, none
	read[pollArms], write[pollArms+1] = 1, 1
	for _, minor := range []int{0, 23, 26} { // 0: a development version
		assert.False(t, deadlineSet(none, minor))
		assert.True(t, deadlineSet(read, minor))
		assert.True(t, deadlineSet(write, minor))
	}
	assert.True(t, deadlineSet(none, 22))
}
