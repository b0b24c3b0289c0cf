#include "textflag.h"

// func Prefetch(lines *[Batch]*byte)
TEXT ·Prefetch(SB), NOSPLIT, $0-8
	MOVQ lines+0(FP), AX
	LEAQ 256(AX), BX // Batch pointers
next:
	MOVQ 0(AX), CX
	MOVQ 8(AX), DX
	MOVQ 16(AX), SI
	MOVQ 24(AX), DI
	PREFETCHT0 (CX)
	PREFETCHT0 (DX)
	PREFETCHT0 (SI)
	PREFETCHT0 (DI)
	ADDQ $32, AX
	CMPQ AX, BX
	JB   next
	RET
