#!/bin/sh
# Cycles of the loops over 64 weights before and after, by llvm-mca: loops.sh [LLVM-MCA]. Each is the compiler's, without branches.
mca=${1:-llvm-mca-19}
loop() {
  for processor in sapphirerapids znver4; do
    printf '%-16s %-14s %s\n' "$1" $processor "$(printf '%s\n' "$2" | $mca -mcpu=$processor -iterations=1000 2> /dev/null | awk '/Total Cycles/ { print $3 / 1000 }')"
  done
}
loop 'forward, before' 'vmovups -0x40(%rdx), %zmm0
vmovups -0x40(%rdx,%r10,4), %zmm1
vcvtne2ps2bf16 %zmm0, %zmm1, %zmm0
vpermw %zmm0, %zmm3, %zmm0
vmovdqu64 %zmm0, (%rsi)
vmovups (%rdx), %zmm0
vmovups (%rdx,%r10,4), %zmm1
vcvtne2ps2bf16 %zmm0, %zmm1, %zmm0
vpermw %zmm0, %zmm3, %zmm0
vmovdqu64 %zmm0, 0x40(%rsi)
cmpq $2, %rdi
addq $-2, %rdi
addq %rcx, %rsi
addq %rax, %rdx'
loop 'forward, after' 'vmovups (%rax,%r14), %zmm1
vmovups 64(%rax,%r14), %zmm0
vmovdqa64 %zmm1, %zmm2
vpermt2w %zmm0, %zmm3, %zmm1
vpermt2w %zmm0, %zmm4, %zmm2
vmovups %zmm1, (%r9,%r14)
vmovups %zmm2, 64(%r9,%r14)
addq %rdi, %r14
addq $-2, %r12'
loop 'backward, before' 'vmovups 0x40(%r9), %zmm0
vcvtne2ps2bf16 (%r9), %zmm0, %zmm0
vmovups %zmm0, (%r13,%r15)
vmovups 0x40(%r9,%r11), %zmm0
vcvtne2ps2bf16 (%r9,%r11), %zmm0, %zmm0
vmovups %zmm0, 0x40(%r13,%r15)
addq %r10, %r9
subq $-0x80, %r8
addq $-2, %r14'
loop 'backward, after' 'vmovups (%r9), %zmm0
vmovups %zmm0, (%r13,%r15)
vmovups (%r9,%r11), %zmm0
vmovups %zmm0, 0x40(%r13,%r15)
addq %r10, %r9
subq $-0x80, %r8
addq $-2, %r14'
loop 'update, after' 'vmovups 0x40(%r9), %zmm0
vcvtne2ps2bf16 (%r9), %zmm0, %zmm0
vmovups %zmm0, (%r13)
vmovups 0xc0(%r9), %zmm0
vcvtne2ps2bf16 0x80(%r9), %zmm0, %zmm0
vmovups %zmm0, 0x40(%r13)
addq $256, %r9
addq $128, %r13
addq $-64, %r14'
