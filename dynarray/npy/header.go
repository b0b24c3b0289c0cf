package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	magic = "\x93NUMPY"
	// longestHeader is what a header may take. NumPy itself refuses more than 10,000 bytes, unless told to trust a file.
	longestHeader = 64 << 10
	// alignment is that of the first element in a file.
	alignment = 64
	// mostDimensions is twice what NumPy has had.
	mostDimensions = 64
)

// Header is what a file says about its elements.
type Header struct {
	Major, Minor int    // of the format's version
	Descr        string // the element type, as "<f8"; for a structured type its whole list of fields, as it stands there
	Fortran      bool   // the first index runs fastest
	Shape        []int
	Offset       int64 // of the first element, from the start of the file
}

// ReadHeader reads a file up to its first element.
func ReadHeader(r io.Reader) (Header, error) {
	var h Header
	fixed := make([]byte, len(magic)+2, len(magic)+6)
	if _, err := io.ReadFull(r, fixed); err != nil {
		return h, fmt.Errorf("npy: read the magic string: %w: is this a .npy file?", short(err))
	}
	if !bytes.HasPrefix(fixed, []byte(magic)) {
		return h, fmt.Errorf("npy: the file begins with %q, not with %q: is it a .npy file?", fixed[:len(magic)], magic)
	}
	h.Major, h.Minor = int(fixed[len(magic)]), int(fixed[len(magic)+1])
	if h.Major < 1 || h.Major > 3 || h.Minor != 0 {
		return h, fmt.Errorf("npy: version %d.%d of the format is none that is known (1.0, 2.0, 3.0)", h.Major, h.Minor)
	}
	size := 2
	if h.Major > 1 {
		size = 4
	}
	field := fixed[len(fixed) : len(fixed)+size]
	if _, err := io.ReadFull(r, field); err != nil {
		return h, fmt.Errorf("npy: read the length of the header: %w", short(err))
	}
	length := uint32(binary.LittleEndian.Uint16(field))
	if h.Major > 1 {
		length = binary.LittleEndian.Uint32(field)
	}
	if length > longestHeader {
		return h, fmt.Errorf("npy: a header of %d bytes, where %d is the most that is read", length, longestHeader)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, fmt.Errorf("npy: read a header of %d bytes: %w", length, short(err))
	}
	h.Offset = int64(len(fixed)+size) + int64(length)
	return h, h.parse(string(text))
}

// short turns the end of a file into one that was not expected.
func short(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Len returns how many elements the shape has.
func (h Header) Len() (int, error) {
	if slices.Contains(h.Shape, 0) {
		return 0, nil
	}
	n := 1
	for _, d := range h.Shape {
		if n > math.MaxInt/d {
			return 0, fmt.Errorf("npy: a shape of %v has more elements than an int can count", h.Shape)
		}
		n *= d
	}
	return n, nil
}

// parser reads the header's text: a dictionary as Python writes it, with three keys that are known.
type parser struct {
	text string // what has not been read yet
	all  string
}

func (h *Header) parse(text string) error {
	p := &parser{text, text}
	seen := map[string]bool{}
	err := p.dict(func(key string) (err error) {
		if seen[key] {
			return fmt.Errorf("%q stands there twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			h.Descr, err = p.descr()
		case "fortran_order":
			h.Fortran, err = p.bool()
		case "shape":
			h.Shape, err = p.tuple()
		default:
			return fmt.Errorf("the key %q is none of descr, fortran_order and shape", key)
		}
		return err
	})
	if err == nil && len(seen) != 3 {
		err = errors.New("descr, fortran_order and shape are not all there")
	}
	if err != nil {
		return fmt.Errorf("npy: header, at byte %d of its text: %w", len(p.all)-len(p.text), err)
	}
	return nil
}

// next skips white space, and takes token if it stands there.
func (p *parser) next(token string) bool {
	p.text = strings.TrimLeft(p.text, " \t\r\n")
	rest, found := strings.CutPrefix(p.text, token)
	p.text = rest
	return found
}

func (p *parser) want(token string) error {
	if !p.next(token) {
		return fmt.Errorf("%q is wanted, not %.20q", token, p.text)
	}
	return nil
}

func (p *parser) dict(value func(key string) error) error {
	if err := p.want("{"); err != nil {
		return err
	}
	for !p.next("}") {
		key, err := p.string()
		if err != nil {
			return err
		}
		if err := p.want(":"); err != nil {
			return err
		}
		if err := value(key); err != nil {
			return err
		}
		if p.next(",") {
			continue
		}
		if err := p.want("}"); err != nil {
			return err
		}
		break
	}
	if p.next(""); p.text != "" {
		return fmt.Errorf("nothing is wanted after the dictionary, not %.20q", p.text)
	}
	return nil
}

// string reads a string without escapes: no type that can be read has any in its name.
func (p *parser) string() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if p.next(quote) {
			s, rest, found := strings.Cut(p.text, quote)
			if !found || strings.Contains(s, `\`) {
				return "", fmt.Errorf("the string %.20q has no end, or an escape", s)
			}
			p.text = rest
			return s, nil
		}
	}
	return "", fmt.Errorf("a string is wanted, not %.20q", p.text)
}

// descr reads a type: a string, or the list of fields of a structured type, which is taken as it stands.
func (p *parser) descr() (string, error) {
	p.next("")
	if !strings.HasPrefix(p.text, "[") {
		return p.string()
	}
	depth, quote := 0, rune(0)
	for i, c := range p.text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				descr := p.text[:i+1]
				p.text = p.text[i+1:]
				return descr, nil
			}
		}
	}
	return "", errors.New("the list of fields has no end")
}

func (p *parser) bool() (bool, error) {
	switch {
	case p.next("True"):
		return true, nil
	case p.next("False"):
		return false, nil
	}
	return false, fmt.Errorf("a True or a False is wanted, not %.20q", p.text)
}

// tuple reads (), (1,) or (2, 3): lengths, which Python 2 wrote with an L behind them.
func (p *parser) tuple() ([]int, error) {
	if err := p.want("("); err != nil {
		return nil, err
	}
	shape := []int{}
	for !p.next(")") {
		p.next("")
		digits := len(p.text) - len(strings.TrimLeft(p.text, "0123456789"))
		n, err := strconv.ParseInt(p.text[:digits], 10, 0)
		if err != nil {
			return nil, fmt.Errorf("a length is wanted, not %.20q", p.text)
		}
		p.text = p.text[digits:]
		p.next("L")
		shape = append(shape, int(n))
		if len(shape) > mostDimensions {
			return nil, fmt.Errorf("a shape of more than %d dimensions", mostDimensions)
		}
		if p.next(",") {
			continue
		}
		if err := p.want(")"); err != nil {
			return nil, err
		}
		if len(shape) == 1 {
			return nil, errors.New("a shape is a tuple: (3,) and not (3)")
		}
		break
	}
	return shape, nil
}

// marshal returns the header as it stands in a file: in version 1.0 unless its length needs 2.0.
func (h Header) marshal() []byte {
	shape := make([]string, len(h.Shape))
	for i, d := range h.Shape {
		shape[i] = strconv.Itoa(d)
	}
	tuple := strings.Join(shape, ", ")
	if len(shape) == 1 {
		tuple += ","
	}
	order := "False"
	if h.Fortran {
		order = "True"
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", h.Descr, order, tuple)
	b := append([]byte(magic), 1, 0)
	total := len(b) + 2 + len(text) + 1
	total = (total + alignment - 1) / alignment * alignment
	b = binary.LittleEndian.AppendUint16(b, uint16(total-len(b)-2)) // 64 dimensions do not make it 64 KiB long
	b = append(b, text...)
	for len(b) < total-1 {
		b = append(b, ' ')
	}
	return append(b, '\n')
}
