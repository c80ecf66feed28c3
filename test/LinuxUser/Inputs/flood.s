# Writes 64 KiB of zeros to standard output 400 times, and ends with 0.
  .globl _start
_start:
  li s0, 400
1:
  li a0, 1
  la a1, zeros
  li a2, 65536
  li a7, 64
  ecall
  addi s0, s0, -1
  bnez s0, 1b
  li a0, 0
  li a7, 94
  ecall
  .bss
zeros:
  .space 65536
