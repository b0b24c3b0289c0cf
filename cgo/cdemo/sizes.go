package cdemo

// How much a round takes. It is enough that a sampler of the default period has some dozens of samples at the end.
const (
	requestsPerRound = 100
	nameBytes        = 1023

	parsesPerRound    = 40
	failuresPerRound  = 10 // every fourth text is malformed
	parserBytes       = 64
	parserBufferBytes = 8 << 10

	rowsPerRound = 50
	rowBytes     = 2000

	tableBytes = 256 << 10
	tableRows  = 64

	poolBuffers     = 32
	poolBufferBytes = 16 << 10
)
