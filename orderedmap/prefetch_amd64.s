#include "textflag.h"

// func prefetch(addresses *[batch]*byte)
TEXT ·prefetch(SB), NOSPLIT, $0-8
	MOVQ addresses+0(FP), SI
	MOVQ $32, CX // batch
loop:
	MOVQ -8(SI)(CX*8), DX
	MOVQ -16(SI)(CX*8), DI
	PREFETCHT0 (DX)
	PREFETCHT0 (DI)
	SUBQ $2, CX
	JNZ  loop
	RET
