#include "textflag.h"

// func request(code uint64) uint64
//
// Six words at AX are the request and its arguments, DX the answer without valgrind. The rotations add up to 128 bits
// and so leave DI as it was.
TEXT ·request(SB), NOSPLIT, $48-16
	MOVQ code+0(FP), AX
	MOVQ AX, 0(SP)
	MOVQ $0, 8(SP)
	MOVQ $0, 16(SP)
	MOVQ $0, 24(SP)
	MOVQ $0, 32(SP)
	MOVQ $0, 40(SP)
	LEAQ 0(SP), AX
	MOVQ $0, DX
	ROLQ $3, DI
	ROLQ $13, DI
	ROLQ $61, DI
	ROLQ $51, DI
	XCHGQ BX, BX
	MOVQ DX, ret+8(FP)
	RET
