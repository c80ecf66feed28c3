# Adds 1 to the last word of 10 MiB of ones, and ends with 0 if it is 2 then and the
# word before it still 1.
  .globl _start
_start:
  la t0, end
  lw a0, -4(t0)
  addi a0, a0, 1
  sw a0, -4(t0)
  lw a0, -4(t0)
  lw t1, -8(t0)
  add a0, a0, t1
  addi a0, a0, -3
  li a7, 94
  ecall
  .data
  .fill 10 << 18, 4, 1
end:
