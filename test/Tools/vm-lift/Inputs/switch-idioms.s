# Switches of three cases as compilers write them that make the index twice:
# once to test it, once for the table. Cases give the number of the function and
# their own.
  .option norelax
  .text

  .macro jump_through index
  slli \index, \index, 2
  lui a4, %hi(.Ltable\@)
  addi a4, a4, %lo(.Ltable\@)
  add \index, \index, a4
  lw a5, 0(\index)
  jr a5
.Lcase0\@:
  li a0, NUMBER + 0
  ret
.Lcase1\@:
  li a0, NUMBER + 1
  ret
.Lcase2\@:
  li a0, NUMBER + 2
  ret
  .section .rodata
  .p2align 2
.Ltable\@:
  .word .Lcase0\@, .Lcase1\@, .Lcase2\@
  .text
  .endm

# gcc -O2: what is tested is loaded again, with zeros in its upper half.
  .globl reload
reload:
  .set NUMBER, 110
  li a3, 2
  lw a2, 0(a0)
  bltu a3, a2, default
  lwu a5, 0(a0)
  jump_through a5

# gcc -O2: the index is a result of 32 bits, and its sign is extended once more
# for the test.
  .globl word
word:
  .set NUMBER, 120
  addiw a1, a1, -100
  sext.w a3, a1
  li a2, 2
  bltu a2, a3, default
  slli a3, a1, 32
  srli a1, a3, 30
  lui a4, %hi(.Lwords)
  addi a4, a4, %lo(.Lwords)
  add a1, a1, a4
  lw a5, 0(a1)
  jr a5
.Lword0:
  li a0, 120
  ret
.Lword1:
  li a0, 121
  ret
.Lword2:
  li a0, 122
  ret

# gcc -O2: computed again.
  .globl again
again:
  .set NUMBER, 130
  srliw a3, a1, 28
  li a2, 2
  srliw a5, a1, 28
  bltu a2, a3, default
  slli a5, a5, 32
  srli a5, a5, 32
  jump_through a5

# gcc -O0: copied for the test, and what the table gives is extended once more.
  .globl copied
copied:
  lw a5, 0(a0)
  mv a3, a5
  li a2, 2
  bltu a2, a3, default
  slli a4, a5, 2
  lui a5, %hi(.Lcopied)
  addi a5, a5, %lo(.Lcopied)
  add a5, a5, a4
  lw a5, 0(a5)
  sext.w a4, a5
  lui a5, %hi(.Lcopied)
  addi a5, a5, %lo(.Lcopied)
  add a5, a5, a4
  jr a5
.Lcopied0:
  li a0, 140
  ret
.Lcopied1:
  li a0, 141
  ret
.Lcopied2:
  li a0, 142
  ret

# clang -O0: kept on the stack between test and table.
  .globl kept
kept:
  .set NUMBER, 150
  addi sp, sp, -16
  lwu a1, 0(a0)
  sd a1, 8(sp)
  li a2, 2
  bltu a2, a1, default
  ld a5, 8(sp)
  jump_through a5

# gcc -O0: half of a register of which nothing is known is stored, loaded with
# its sign for the test, and with zeros for the table.
  .globl narrowed
narrowed:
  .set NUMBER, 170
  addi sp, sp, -16
  sw a0, 12(sp)
  lw a1, 12(sp)
  sext.w a2, a1
  li a3, 2
  bltu a3, a2, default
  lwu a5, 12(sp)
  jump_through a5

# gcc -Og: an argument, which the caller has extended, is extended once more for
# the test only.
  .globl argument
argument:
  .set NUMBER, 180
  sext.w a2, a0
  li a3, 2
  bltu a3, a2, default
  jump_through a0

# Something else may be there once there was another store.
  .globl overwritten
overwritten:
  .set NUMBER, 160
  li a3, 2
  lw a2, 0(a0)
  bltu a3, a2, default
  sw a1, 0(a6)
  lwu a5, 0(a0)
  jump_through a5

default:
  li a0, -1
  ret

  .section .rodata
  .p2align 2
.Lwords:
  .word .Lword0, .Lword1, .Lword2
.Lcopied:
  .word .Lcopied0 - .Lcopied, .Lcopied1 - .Lcopied, .Lcopied2 - .Lcopied
