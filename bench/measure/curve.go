package measure

// A Curve is one quantity of several contenders over another quantity, for a chart.
type Curve struct {
	Name   string    `json:"name"`
	X      string    `json:"x"` // what xs are
	Y      string    `json:"y"` // what ys are
	Xs     []float64 `json:"xs"`
	Labels []string  `json:"labels,omitempty"` // of xs, where they are only places
	LogX   bool      `json:"log_x,omitempty"`  // whether xs belong on a logarithmic axis
	Log    bool      `json:"log"`              // whether ys belong on a logarithmic axis
	Series []Series  `json:"series"`
}

// A Series is one contender's part of a curve.
type Series struct {
	Impl string    `json:"impl"`
	Ys   []float64 `json:"ys"`
	// Lo and Hi are the intervals of ys, where there are any.
	Lo []float64 `json:"lo,omitempty"`
	Hi []float64 `json:"hi,omitempty"`
}
