package orderedmap

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

// Every byte at every place of texts of every length up to three words, with another odd byte behind it or not, searched from
// every place.
func TestPlainEnd(t *testing.T) {
	plain := func(c byte) bool { return ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' }
	for n := range 25 {
		for at := range n {
			for c := range 256 {
				for _, last := range []byte{'a', '"', 0, 0xff} {
					text := bytes.Repeat([]byte{'a' + byte(at)}, n)
					text[n-1], text[at] = last, byte(c)
					want := n
					for i := n; i >= 0; i-- {
						if i < n && !plain(text[i]) {
							want = i
						}
						if got := plainEnd(text, i); got != want {
							t.Fatalf("%q from %d: %d, want %d", text, i, got, want)
						}
						if got := plainEnd(string(text), i); got != want {
							t.Fatalf("the string %q from %d: %d, want %d", text, i, got, want)
						}
					}
				}
			}
		}
	}
	if plainEnd("", 0) != 0 {
		t.Error("of an empty text it is not 0")
	}
}
