package orderedmap

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"innards/hashmap"
)

// A decoder reads JSON text from front to back, once, and checks all of it: UnmarshalJSON may be called by
// somebody who has not. Space before a value is skipped by whoever expects the value.
type decoder struct {
	data       []byte
	at         int
	depth      int
	maxDepth   int
	duplicates Duplicates

	keys   hashmap.Keyer[string] // of the maps in the document: making one costs more than filling a small map
	names  [32]known             // member names read lately, which documents repeat
	lately uint8                 // the one read last
	shapes [8]*Map[string, any]  // an object made lately, by its number of members
	box    []string              // headers of short strings that are values

	// Members and elements of what is being read, inner ones behind outer ones: what they go to is made when their number
	// is known. What they leave behind their ends is garbage no sooner than the decoder is.
	members  []entry[string, any]
	elements []any

	window string // the text from begun on, copied: short strings share its memory
	begun  int
}

// known is a member's name that was read lately, and the place among the names of the one that came after it.
type known struct {
	text string
	next uint8
}

const (
	// windowSize is how much of the text is copied at once: what a string that outlives the others of it keeps alive.
	windowSize = 512
	// shortText is the longest string that is taken out of a window.
	shortText = 64
)

// copied returns a copy of d.data[i:j].
func (d *decoder) copied(i, j int) string {
	if j-i > shortText {
		return string(d.data[i:j])
	}
	if i < d.begun || j > d.begun+len(d.window) {
		d.begun, d.window = i, string(d.data[i:min(i+windowSize, len(d.data))])
	}
	return d.window[i-d.begun : j-d.begun]
}

// peek returns the next byte, 0 at the end of the text.
func (d *decoder) peek() byte {
	if d.at < len(d.data) {
		return d.data[d.at]
	}
	return 0
}

func (d *decoder) space() {
	for d.at < len(d.data) {
		switch d.data[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// wrong says that something else than what is at the decoder's place is expected.
func (d *decoder) wrong(expected string) error {
	if d.at >= len(d.data) {
		return fmt.Errorf("orderedmap: JSON ends at offset %d: expected %s", d.at, expected)
	}
	return fmt.Errorf("orderedmap: JSON at offset %d: %q where %s is expected", d.at, d.data[d.at], expected)
}

// end checks that nothing but space is left.
func (d *decoder) end() error {
	if d.space(); d.at < len(d.data) {
		return d.wrong("the end")
	}
	return nil
}

// value reads a value; without build it only checks it, and returns nil.
func (d *decoder) value(build bool) (any, error) {
	switch c := d.peek(); c {
	case '{':
		if !build {
			return nil, d.object(func(string) error {
				_, err := d.value(false)
				return err
			})
		}
		if d.keys.Kind == hashmap.Unset {
			d.keys = hashmap.NewKeyer[string]()
		}
		// One seed for many maps: in a hash map, filling one in the order of another would be quadratic, but here the order
		// says nothing about the hash.
		if d.duplicates == RefuseDuplicates { // whose error says where the second one is
			m := &Map[string, any]{keys: d.keys}
			return m, d.object(func(name string) error {
				v, err := d.value(true)
				if err != nil {
					return err
				}
				return setMember(d, m, name, v)
			})
		}
		base := len(d.members)
		err := d.object(func(name string) error {
			v, err := d.value(true)
			d.members = append(d.members, entry[string, any]{name, v})
			return err
		})
		var m *Map[string, any]
		if err == nil {
			m, err = d.build(d.members[base:])
		}
		d.members = d.members[:base]
		return m, err
	case '[':
		return d.array(build)
	case '"':
		s, err := d.text(build)
		if !build || err != nil {
			return nil, err
		}
		return d.stringValue(s), nil
	case 't':
		return true, d.literal("true")
	case 'f':
		return false, d.literal("false")
	case 'n':
		return nil, d.literal("null")
	default:
		start := d.at
		_, err := d.number()
		if !build || err != nil {
			return nil, err
		}
		return d.numberValue(d.copied(start, d.at)), nil
	}
}

// object reads an object and calls member where each value begins; member has to read it.
func (d *decoder) object(member func(name string) error) error {
	if err := d.enter(); err != nil {
		return err
	}
	for empty := true; ; empty = false {
		d.space()
		if empty && d.peek() == '}' {
			break
		}
		if d.peek() != '"' {
			return d.wrong("a member's name")
		}
		name, err := d.name()
		if err != nil {
			return err
		}
		if d.space(); d.peek() != ':' {
			return d.wrong("':'")
		}
		d.at++
		d.space()
		if err := member(name); err != nil {
			return err
		}
		d.space()
		if d.peek() == '}' {
			break
		}
		if d.peek() != ',' {
			return d.wrong("',' or '}'")
		}
		d.at++
	}
	d.leave()
	return nil
}

func (d *decoder) array(build bool) (any, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	base := len(d.elements)
	for empty := true; ; empty = false {
		d.space()
		if empty && d.peek() == ']' {
			break
		}
		v, err := d.value(build)
		if err != nil {
			return nil, err
		}
		if build {
			d.elements = append(d.elements, v)
		}
		d.space()
		if d.peek() == ']' {
			break
		}
		if d.peek() != ',' {
			return nil, d.wrong("',' or ']'")
		}
		d.at++
	}
	d.leave()
	if !build {
		return nil, nil
	}
	values := make([]any, len(d.elements)-base)
	copy(values, d.elements[base:])
	d.elements = d.elements[:base]
	return values, nil
}

func (d *decoder) enter() error {
	d.at++
	if d.depth++; d.depth > d.maxDepth {
		return fmt.Errorf("orderedmap: JSON at offset %d: nested deeper than %d", d.at, d.maxDepth)
	}
	return nil
}

func (d *decoder) leave() {
	d.at++
	d.depth--
}

func (d *decoder) literal(word string) error {
	for i := range len(word) {
		if d.peek() != word[i] {
			return d.wrong(word)
		}
		d.at++
	}
	return nil
}

// integer reads a number that is an integer of at most 18 digits, and nothing else.
func (d *decoder) integer() (int, bool) {
	i, n := d.at, 0
	negative := i < len(d.data) && d.data[i] == '-'
	if negative {
		i++
	}
	start := i
	for ; i < len(d.data) && '0' <= d.data[i] && d.data[i] <= '9'; i++ {
		n = 10*n + int(d.data[i]-'0')
	}
	digits := i - start
	if digits == 0 || digits > 18 || strconv.IntSize < 64 && digits > 9 || digits > 1 && d.data[start] == '0' {
		return 0, false
	}
	if i < len(d.data) {
		switch d.data[i] {
		case '.', 'e', 'E':
			return 0, false
		}
	}
	if negative {
		n = -n
	}
	d.at = i
	return n, true
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? and returns its text.
func (d *decoder) number() ([]byte, error) {
	start := d.at
	if d.peek() == '-' {
		d.at++
	}
	if d.peek() == '0' {
		d.at++
	} else if !d.digits() {
		if d.at == start {
			return nil, d.wrong("a value")
		}
		return nil, d.wrong("a digit")
	}
	if d.peek() == '.' {
		d.at++
		if !d.digits() {
			return nil, d.wrong("a digit")
		}
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		if !d.digits() {
			return nil, d.wrong("a digit")
		}
	}
	return d.data[start:d.at], nil
}

func (d *decoder) digits() bool {
	start := d.at
	for c := d.peek(); '0' <= c && c <= '9'; c = d.peek() {
		d.at++
	}
	return d.at > start
}

// name reads a member's name. It tries the one first that came after the last name when that was read before: of an array
// of objects only the first one's names are searched for their ends.
func (d *decoder) name() (string, error) {
	start := d.at + 1
	next := d.names[d.lately].next
	guess := d.names[next%uint8(len(d.names))].text // no bounds check
	if end := start + len(guess); guess != "" && end < len(d.data) && d.data[end] == '"' && string(d.data[start:end]) == guess {
		d.at, d.lately = end+1, next
		return guess, nil
	}
	end := plainEnd(d.data, start)
	if end == start || end >= len(d.data) || d.data[end] != '"' {
		return d.text(true)
	}
	d.at = end + 1
	body := d.data[start:end]
	i := (len(body) ^ int(body[0])<<1 ^ int(body[len(body)-1])<<2) % len(d.names)
	d.names[d.lately].next, d.lately = uint8(i), uint8(i)
	if d.names[i].text != string(body) { // the conversion does not allocate in a comparison
		d.names[i].text = d.copied(start, end)
	}
	return d.names[i].text, nil
}

// text reads a string. One with escapes or broken UTF-8, which takes care to unquote, is left to
// encoding/json once it is known to be valid; the others are copied as they stand.
func (d *decoder) text(build bool) (string, error) {
	start := d.at
	ascii, escapes := true, false
	for d.at++; ; d.at++ {
		d.at = plainEnd(d.data, d.at)
		switch c := d.peek(); {
		case c == '"':
			d.at++
			if !build {
				return "", nil
			}
			if body := d.data[start+1 : d.at-1]; !escapes && (ascii || utf8.Valid(body)) {
				return d.copied(start+1, d.at-1), nil
			}
			var s string
			err := json.Unmarshal(d.data[start:d.at], &s)
			return s, err
		case c == '\\':
			escapes = true
			d.at++
			if err := d.escape(); err != nil {
				return "", err
			}
		case c < ' ':
			return "", d.wrong("a character of a string")
		default:
			ascii = false
		}
	}
}

// escape checks what follows a backslash and stops at its last byte.
func (d *decoder) escape() error {
	switch d.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			d.at++
			switch c := d.peek(); {
			case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			default:
				return d.wrong("a hexadecimal digit")
			}
		}
		return nil
	}
	return d.wrong("an escape")
}
