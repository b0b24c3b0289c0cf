package diagnose

import (
	"encoding/json"
	"io"

	"innards/diagnose/waitpicture"
)

// writeWaits writes who waits for whom, folded, for the page of the hang.
func writeWaits(w io.Writer, r *hangReport) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(waitpicture.Fold(r.dump.Goroutines, r.holds, r.Verdicts))
}
