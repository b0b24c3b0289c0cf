package orderedmap

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
)

// String returns the map as fmt prints the builtin one, in its own order: map[b:1 a:2].
func (m *Map[K, V]) String() string { return fmt.Sprintf("%v", m) }

// Format prints the map as fmt prints the builtin one, but in its own order: verb and flags go to each key and value. %#v
// names the type. Maps inside the map are printed too; one inside itself, as "...".
func (m *Map[K, V]) Format(f fmt.State, verb rune) {
	m.print(&printer{w: f, format: fmt.FormatString(f, verb), goSyntax: verb == 'v' && f.Flag('#')})
}

// A printer prints maps with one format.
type printer struct {
	w        io.Writer
	format   string
	goSyntax bool
	within   []any // the maps being printed, outermost first
}

// printable is a Map of any type, or something that has one embedded; is tells them apart.
type printable interface {
	print(p *printer)
	group(within []any) slog.Value
	is(v any) bool
}

func (p *printer) text(s string) { _, _ = io.WriteString(p.w, s) } // a fmt.State takes everything

func (m *Map[K, V]) print(p *printer) {
	before, between, after := "map[", " ", "]"
	if p.goSyntax {
		name := reflect.TypeFor[Map[K, V]]().String()
		if m == nil {
			p.text("(*" + name + ")(nil)")
			return
		}
		before, between, after = name+"{", ", ", "}"
	}
	p.within = append(p.within, m)
	p.text(before)
	first := true
	for key, value := range m.All() {
		if !first {
			p.text(between)
		}
		first = false
		p.value(key)
		p.text(":")
		p.value(value)
	}
	p.text(after)
	p.within = p.within[:len(p.within)-1]
}

// value prints any value; the maps in it, as far as it consists of maps and slices that JSON is decoded to, by print.
func (p *printer) value(v any) {
	switch v := v.(type) {
	case printable:
		if v.is(v) && slices.Contains(p.within, any(v)) {
			p.text("...")
			return
		} else if v.is(v) {
			v.print(p)
			return
		}
	case []any:
		if v == nil {
			break
		}
		before, between, after := "[", " ", "]"
		if p.goSyntax {
			before, between, after = "[]interface {}{", ", ", "}"
		}
		p.text(before)
		for i, element := range v {
			if i > 0 {
				p.text(between)
			}
			p.value(element)
		}
		p.text(after)
		return
	}
	_, _ = fmt.Fprintf(p.w, p.format, v)
}

// LogValue makes slog write the map as a group: its keys, as fmt prints them, in its order, and maps inside it likewise. An
// empty map is "map[]", as slog leaves out empty groups.
func (m *Map[K, V]) LogValue() slog.Value { return m.group(nil) }

func (m *Map[K, V]) group(within []any) slog.Value {
	if m.Len() == 0 {
		return slog.StringValue("map[]")
	}
	if slices.Contains(within, any(m)) {
		return slog.StringValue("...")
	}
	within = append(within, m)
	attrs := make([]slog.Attr, 0, m.Len())
	for key, value := range m.All() {
		attr := slog.Any(fmt.Sprint(key), nil)
		if inner, ok := any(value).(printable); ok && inner.is(inner) {
			attr.Value = inner.group(within)
		} else {
			attr.Value = slog.AnyValue(value)
		}
		attrs = append(attrs, attr)
	}
	return slog.GroupValue(attrs...)
}
