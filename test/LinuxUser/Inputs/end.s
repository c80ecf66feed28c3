# Ends as the first letter of its first argument says: a digit is the exit
# status.

  .globl _start
_start:
  li a0, 1
  la a1, text
  li a2, 6
  li a7, 64
  ecall
  ld a0, 16(sp)
  lbu a0, 0(a0)
  li t0, 's'
  beq a0, t0, store
  li t0, 'r'
  beq a0, t0, readOnly
  li t0, 'j'
  beq a0, t0, jump
  li t0, 'b'
  beq a0, t0, breakpoint
  li t0, 'u'
  beq a0, t0, unknown
  li t0, 'k'
  beq a0, t0, kill
  li t0, 'd'
  beq a0, t0, down
  addi a0, a0, -'0'
  li a7, 93
  ecall
store:
  sd a0, 8(zero)
readOnly:
  la t0, text
  sb a0, 0(t0)
jump:
  li t0, 64
  jr t0
breakpoint:
  ebreak
unknown:
  unimp
down:
  li t0, 4096
  sub sp, sp, t0
  sd zero, 0(sp)
  j down
kill:
  li a7, 172
  ecall
  li a1, 9
  li a7, 129
  ecall

  .section .rodata
text:
  .ascii "begin\n"
