# A switch as compilers write it: the bounds in front, then a jump through a
# table of distances, as clang and gcc make for code that may be anywhere.
  .option norelax
  .text
  .globl distances
distances:
  li a5, 2
  bgtu a0, a5, .Ldefault
.Lpc:
  auipc a4, %pcrel_hi(.Ltable)
  addi a4, a4, %pcrel_lo(.Lpc)
  slli a0, a0, 2
  add a0, a0, a4
  lw a0, 0(a0)
  add a0, a0, a4
  jr a0
.Lcase0:
  li a0, 10
  ret
.Lcase1:
  li a0, 11
  ret
.Lcase2:
  li a0, 12
  ret
.Ldefault:
  li a0, -1
  ret

# A table of addresses of 64 bits, with an index that is extended from 32 bits,
# reached where a branch is taken.
  .globl addresses
addresses:
  li a5, 2
  bleu a0, a5, .Linside
  li a0, -1
  ret
.Linside:
  lui a4, %hi(.Laddresses)
  slli a0, a0, 32
  srli a0, a0, 29
  add a0, a0, a4
  ld a0, %lo(.Laddresses)(a0)
  jr a0
.Laddress0:
  li a0, 20
  ret
.Laddress1:
  li a0, 21
  ret
.Laddress2:
  li a0, 22
  ret

# In a loop, with what does not change in it in front, and the test of the bounds
# behind the variable's first value.
  .globl loop
loop:
  li a5, 0
  li a6, 0
  li a3, 2
  lui a4, %hi(.Lloops)
  addi a4, a4, %lo(.Lloops)
  j .Lbody
.Lnext:
  addi a5, a5, 1
.Lbody:
  bltu a3, a5, .Lend
  slli a0, a5, 2
  add a0, a0, a4
  lw a0, 0(a0)
  add a0, a0, a4
  jr a0
.Lloop0:
  addi a6, a6, 1
  j .Lnext
.Lloop1:
  addi a6, a6, 20
  j .Lnext
.Lloop2:
  slli a6, a6, 1
  j .Lnext
.Lend:
  mv a0, a6
  ret

# Without bounds nothing is known of the table.
  .globl unbounded
unbounded:
  lui a4, %hi(.Laddresses)
  slli a0, a0, 3
  add a0, a0, a4
  ld a0, %lo(.Laddresses)(a0)
  jr a0

  .section .rodata
  .p2align 3
.Ltable:
  .word .Lcase0 - .Ltable, .Lcase1 - .Ltable, .Lcase2 - .Ltable
  .p2align 3
.Laddresses:
  .quad .Laddress0, .Laddress1, .Laddress2
.Lloops:
  .word .Lloop0 - .Lloops, .Lloop1 - .Lloops, .Lloop2 - .Lloops
