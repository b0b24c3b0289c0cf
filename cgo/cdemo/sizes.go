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

	callsPerRound = 20
	configBytes   = 1500
	alignedBytes  = 3000
	ringBytes     = 700
	ownBytes      = 900
	pairBytes     = 1100
	entryBytes    = 600

	objectBytes = 800

	sessionsAtOnce   = 24
	sessionsPerRound = 3
	sessionBytes     = 6000

	patternsInUse = 40
	patternBytes  = 5000

	burstBlocks     = 12_000
	burstBlockBytes = 4000

	resourcesPerRound = 2
	mappingBytes      = 64 << 10

	tableBytes = 256 << 10
	tableRows  = 64

	poolBuffers     = 32
	poolBufferBytes = 16 << 10
)
