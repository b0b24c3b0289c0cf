package leak

import (
	"time"

	"innards/cgo/tracefmt"
)

// Schema names the form of the JSON report. What stands in it is never renamed or dropped, only added to.
const Schema = "innards.leak/1"

// Report is what was found in a program.
type Report struct {
	Schema   string   `json:"schema"`
	Target   Target   `json:"target"`
	Duration float64  `json:"duration_s"`
	Sites    []Site   `json:"sites"` // largest first
	Resident Resident `json:"resident"`
	Profile  string   `json:"profile"` // path of the pprof file
	Warnings []string `json:"warnings"`

	Account string `json:"account,omitempty"` // what the resident memory shows that is no site's

	Looks        int     `json:"looks"`           // at the program's memory, for what nothing reaches
	LongestPause float64 `json:"longest_pause_s"` // for which one of them stopped it
}

// Target is the program that was looked at.
type Target struct {
	Kind string `json:"kind"` // command or pid
	PID  int    `json:"pid"`
	Exe  string `json:"exe"`
	Go   string `json:"go"`
}

// NewReport makes the report of some sites. Those that hold nothing any more are left out.
func NewReport(target Target, took time.Duration, sites []Site, resident Resident, warnings []string) *Report {
	r := &Report{Schema: Schema, Target: target, Duration: took.Seconds(), Sites: []Site{}, Warnings: []string{}}
	var live int64
	for _, s := range sites {
		if s.LiveObjects > 0 {
			r.Sites = append(r.Sites, s)
			if s.Resource == tracefmt.Memory.String() {
				live += s.LiveBytes
			}
		}
	}
	r.Resident = resident.Close(live)
	r.Account = r.Resident.retained()
	r.Warnings = append(r.Warnings, warnings...)
	return r
}

// Found gives the sites that leak or grow, largest first.
func (r *Report) Found() []Site {
	var found []Site
	for _, s := range r.Sites {
		if s.Class.Found() {
			found = append(found, s)
		}
	}
	return found
}
