#include "go_asm.h"
#include "textflag.h"

// An inner node of keys of eight bytes: header, keys, kids.
#define keys node__size
#define kids (node__size + 512)
// A leaf has its values where an inner node has kids.

// COUNT makes BX the number of the 64 keys of the node at AX for which the comparison VPCMP with Z16, the key 64 times, holds.
// Eight comparisons, each of a cache line of keys, give eight masks of eight bits, and those put together two of 32. There is
// nothing to guess, and 20 instructions: so few that the processor begins the next look-up while this one waits for memory.
// Z16 and above need no VZEROUPPER.
#define COUNT(VPCMP, predicate) \
	VPCMP     predicate, (keys+0)(AX), Z16, K0   \
	VPCMP     predicate, (keys+64)(AX), Z16, K1  \
	VPCMP     predicate, (keys+128)(AX), Z16, K2 \
	VPCMP     predicate, (keys+192)(AX), Z16, K3 \
	VPCMP     predicate, (keys+256)(AX), Z16, K4 \
	VPCMP     predicate, (keys+320)(AX), Z16, K5 \
	VPCMP     predicate, (keys+384)(AX), Z16, K6 \
	VPCMP     predicate, (keys+448)(AX), Z16, K7 \
	KUNPCKBW  K0, K1, K0                         \
	KUNPCKBW  K2, K3, K2                         \
	KUNPCKBW  K4, K5, K4                         \
	KUNPCKBW  K6, K7, K6                         \
	KUNPCKWD  K0, K2, K0                         \
	KUNPCKWD  K4, K6, K4                         \
	KMOVD     K0, BX                             \
	KMOVD     K4, SI                             \
	POPCNTL   BX, BX                             \
	POPCNTL   SI, SI                             \
	ADDL      SI, BX

// The predicates: a key of the node is less than Z16, or not greater, if Z16 is greater, or not less.
#define GREATER $6
#define NOTLESS $5

// PREFETCH asks for what lies behind the keys of the leaf at AX, its values, up to 8 lines of them: they are needed as soon
// as the place is known, and moved when an entry is put in or taken out. It never faults.
#define PREFETCH \
	PREFETCHT0 (kids+0)(AX)   \
	PREFETCHT0 (kids+64)(AX)  \
	PREFETCHT0 (kids+128)(AX) \
	PREFETCHT0 (kids+192)(AX) \
	PREFETCHT0 (kids+256)(AX) \
	PREFETCHT0 (kids+320)(AX) \
	PREFETCHT0 (kids+384)(AX) \
	PREFETCHT0 (kids+448)(AX)

// DESCEND is a whole descent. The leaves of three levels of inner nodes and more are not all in the second cache: there
// the values are asked for together with the keys, and not after them.
#define DESCEND(VPCMP) \
	MOVQ         root+0(FP), AX    \
	MOVQ         height+8(FP), CX  \
	VPBROADCASTQ key+16(FP), Z16   \
	XORL         DX, DX            \
	JMP          test              \
level:                             \
	COUNT(VPCMP, NOTLESS)          \
	MOVQ         node_n(AX), SI    \
	DECQ         SI                \
	CMPQ         BX, SI            \
	CMOVQGT      SI, BX            \
	SHLQ         $6, DX            \
	ORQ          BX, DX            \
	MOVQ         kids(AX)(BX*8), AX \
	DECQ         CX                \
test:                              \
	TESTQ        CX, CX            \
	JNE          level             \
	CMPQ         height+8(FP), $3  \
	JLT          leaf              \
	PREFETCH                       \
leaf:                              \
	COUNT(VPCMP, GREATER)          \
	MOVQ         AX, leaf+24(FP)   \
	MOVQ         BX, i+32(FP)      \
	MOVQ         DX, path+40(FP)   \
	RET

// func descendInt64(root *node, height int, key int64) (leaf *node, i int, path uint64)
TEXT ·descendInt64(SB), NOSPLIT, $0-48
	DESCEND(VPCMPQ)

// func descendUint64(root *node, height int, key uint64) (leaf *node, i int, path uint64)
TEXT ·descendUint64(SB), NOSPLIT, $0-48
	DESCEND(VPCMPUQ)
