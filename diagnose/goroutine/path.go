package goroutine

import "bytes"

// step is a call with those that lead to it, from the innermost on: the stacks of a dump share few ways outwards. The text
// of a call that came this way before is compared with what stood here then, in one go over both of its lines, and nothing
// of it is looked up. Tried before: one successor for each call, whatever led to it. It missed wherever stacks part, which
// is at every goroutine's first call and at both ends of a recursion, and half of the time went into the look-ups.
type step struct {
	name    string // of the function, as it is printed; "created by " stands before it where that is so
	fn      string // the same, as a Frame has it
	at      *place
	creator bool
	likely  []*step // what came outside of it; those that come often are near the front
}

type stepKey struct {
	from    *step
	at      *place
	name    string
	creator bool
}

const (
	maxSteps  = 1 << 14
	maxLikely = 16
)

// follow goes the way from the present step to a call that was looked up; at nil leads nowhere that is known.
func (p *parser) follow(at *place, name, fn string, creator bool) {
	from := p.at
	p.at = nil
	if from == nil || at.text == "" {
		return
	}
	key := stepKey{from, at, name, creator}
	s, ok := p.steps[key]
	if !ok {
		if len(p.steps) == maxSteps {
			return
		}
		s = &step{name: name, fn: fn, at: at, creator: creator}
		p.steps[key] = s
	}
	if len(from.likely) < maxLikely {
		if !ok {
			from.likely = append(from.likely, s)
		}
	} else {
		from.likely[maxLikely-1] = s
	}
	p.at = s
}

// known takes calls from the start of the input as long as they go a way that is known, and gives the rest.
func (p *parser) known(data []byte) []byte {
	for p.at != nil {
		rest := p.knownCall(data)
		if rest == nil {
			return data
		}
		data = rest
	}
	return data
}

func (p *parser) knownCall(data []byte) (rest []byte) {
	for i, s := range p.at.likely {
		n := len(s.name)
		if len(data) <= n || string(data[:n]) != s.name {
			continue
		}
		var args []byte
		var id int64
		rest := data[n:]
		if s.creator {
			id, rest = creatorID(rest)
		} else {
			args, rest = callArgs(rest)
		}
		if rest == nil {
			continue
		}
		if n = len(s.at.text); len(rest) <= n || string(rest[:n]) != s.at.text {
			continue
		}
		if rest = lineEnd(rest[n:]); rest == nil {
			continue
		}
		if i > 0 {
			p.at.likely[i-1], p.at.likely[i] = s, p.at.likely[i-1]
		}
		if p.at = s; s.creator {
			p.g.CreatedBy.Func, p.g.CreatedBy.File, p.g.CreatedBy.Line = s.fn, s.at.file, s.at.line
			p.g.CreatorID = id
			p.section, p.at = inCreator, nil
		} else {
			p.addFrame(s.fn, s.at, args)
		}
		return rest
	}
	return nil
}

// callArgs cuts the arguments off a call, with the end of the line: "(0x1, 0x2)\n". A parenthesis inside them would
// begin them, and end the name.
func callArgs(b []byte) (args, rest []byte) {
	if b[0] != '(' {
		return nil, nil
	}
	end := bytes.IndexByte(b[:min(len(b), maxLine/2)], '\n')
	if end < 2 || b[end-1] != ')' {
		return nil, nil
	}
	if args = b[1 : end-1]; len(args) > 0 && bytes.IndexByte(args, '(') >= 0 {
		return nil, nil
	}
	return args, b[end+1:]
}

// creatorID cuts the end of a line off that says who was created by: " in goroutine 7\n", or nothing at all.
func creatorID(b []byte) (id int64, rest []byte) {
	if bytes.HasPrefix(b, wordInGoroutine) {
		var digits int
		if id, digits = number(b[len(wordInGoroutine):]); digits == 0 {
			return 0, nil
		}
		b = b[len(wordInGoroutine)+digits:]
	}
	if len(b) == 0 || b[0] != '\n' {
		return 0, nil
	}
	return id, b[1:]
}

// lineEnd cuts off what may follow the stable part of a position.
func lineEnd(b []byte) (rest []byte) {
	if b[0] == '\n' {
		return b[1:]
	}
	if !bytes.HasPrefix(b, wordFP) {
		return nil
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 {
		return nil
	}
	return b[end+1:]
}
