package explain

// State is what a cell is.
type State string

const (
	Empty     State = "empty"
	Full      State = "full"
	Tombstone State = "tombstone" // empty now, but a probe sequence may lead over it
	Hole      State = "hole"      // a vacated position of an array that keeps an order
	Pointer   State = "pointer"   // leads to an entry, or between two children: not an entry of its own
)

// Cell is a place that can hold an entry, or lead to one.
type Cell struct {
	ID    string `json:"id"` // unique in the layout, and the same cell's in the next one
	State State  `json:"state"`
	Key   string `json:"key,omitempty"`
	Note  string `json:"note,omitempty"` // what the structure keeps beside the key: a tag, a displacement
}

// Row is cells that belong together.
type Row struct {
	ID    string `json:"id"`
	Part  string `json:"part,omitempty"` // the heading under which it stands, where a structure has more than one part
	Name  string `json:"name"`
	Note  string `json:"note,omitempty"`  // what the structure keeps for the whole row
	Level int    `json:"level,omitempty"` // of trees: above the leaves
	Cells []Cell `json:"cells"`
}

// Layout is what a structure looks like at one moment.
type Layout struct {
	Shape string `json:"shape"` // its size, in its own terms; a change of it is a resize
	Fill  string `json:"fill"`  // how full it is, and what it may take
	Rule  string `json:"rule"`  // when and how it grows
	Rows  []Row  `json:"rows"`

	Entries int `json:"entries"`
	// Secret is what keys are hashed with. A change of it says that an alarm was rung.
	Secret uint64 `json:"-"`
	// Slides says that the cells of a row are one array in which entries make room for each other: only an entry
	// that gets into another row has moved.
	Slides bool `json:"-"`
}

// place is where an entry is.
type place struct{ row, cell string }

// places says where each entry is.
func (l *Layout) places() map[string]place {
	all := make(map[string]place)
	for _, row := range l.Rows {
		for _, cell := range row.Cells {
			if cell.State == Full {
				all[cell.Key] = place{row.ID, cell.ID}
			}
		}
	}
	return all
}

// full counts the cells that hold an entry.
func (l *Layout) full() (n int) {
	for _, row := range l.Rows {
		for _, cell := range row.Cells {
			if cell.State == Full {
				n++
			}
		}
	}
	return n
}

// Cell returns the cell of that name.
func (l *Layout) Cell(id string) (Cell, bool) {
	for _, row := range l.Rows {
		for _, cell := range row.Cells {
			if cell.ID == id {
				return cell, true
			}
		}
	}
	return Cell{}, false
}

// Look is one look of a look-up.
type Look struct {
	At  []string // cells or rows
	Say string   // what was seen there, and what follows
}

// Trace is what a look-up of a key does.
type Trace struct {
	Hash  uint64
	Cut   string // how the hash is cut up; empty where nothing is hashed
	Looks []Look
	Found bool
	At    string // the cell where the key was found
}

// Look appends a look.
func (t *Trace) Look(say string, at ...string) { t.Looks = append(t.Looks, Look{At: at, Say: say}) }
