#include "textflag.h"

// func countLess512(words *[Width]uint64, word uint64) int
// Eight comparisons give eight masks of eight bits, and those put together two of 32. Z16 needs no VZEROUPPER.
TEXT ·countLess512(SB), NOSPLIT, $0-24
	MOVQ         words+0(FP), AX
	VPBROADCASTQ word+8(FP), Z16
	VPCMPUQ      $6, 0(AX), Z16, K0
	VPCMPUQ      $6, 64(AX), Z16, K1
	VPCMPUQ      $6, 128(AX), Z16, K2
	VPCMPUQ      $6, 192(AX), Z16, K3
	VPCMPUQ      $6, 256(AX), Z16, K4
	VPCMPUQ      $6, 320(AX), Z16, K5
	VPCMPUQ      $6, 384(AX), Z16, K6
	VPCMPUQ      $6, 448(AX), Z16, K7
	KUNPCKBW     K0, K1, K0
	KUNPCKBW     K2, K3, K2
	KUNPCKBW     K4, K5, K4
	KUNPCKBW     K6, K7, K6
	KUNPCKWD     K0, K2, K0
	KUNPCKWD     K4, K6, K4
	KMOVD        K0, BX
	KMOVD        K4, SI
	POPCNTL      BX, BX
	POPCNTL      SI, SI
	ADDL         SI, BX
	MOVQ         BX, ret+16(FP)
	RET
