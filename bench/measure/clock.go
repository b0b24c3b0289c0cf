package measure

import "time"

// A Clock tells the time since some fixed moment.
type Clock struct {
	Name string // "thread" or "wall"
	Read func() time.Duration
}

// Wall returns the monotonic clock of the system.
func Wall() Clock {
	start := time.Now()
	return Clock{Name: "wall", Read: func() time.Duration { return time.Since(start) }}
}

// BestClock returns ThreadTime where there is such a thing, else Wall.
func BestClock() Clock {
	if clock, err := ThreadTime(); err == nil {
		return clock
	}
	return Wall()
}
