//go:build !linux

package measure

import "errors"

// ThreadTime is not to be had on this system.
func ThreadTime() (Clock, error) { return Clock{}, errors.ErrUnsupported }
