#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a program of many ops in many blocks, and a case of it."""

import json
import sys

BLOCKS = 600
OPS = 20
ROUNDS = 3
RETURN_PC = 0x900000

blocks = []
for number in range(BLOCKS):
    pc = 0x10000 + 0x100 * number
    ops = [{"AddImm": {"dst": 5 + i % 5, "src": 5 + (i + number) % 5, "imm": number + i}}
           for i in range(OPS)]
    blocks.append({"start_pc": pc, "ops": ops, "term": {"Jmp": {"target": pc + 0x100}}})
# Half way through, the address comes from a register.
blocks[BLOCKS // 2]["ops"].append({"MovImm": {"dst": 28, "imm": blocks[BLOCKS // 2 + 1]["start_pc"]}})
blocks[BLOCKS // 2]["term"] = {"JmpReg": {"base": 28, "offset": 0}}
blocks[-1]["ops"].append({"AddImm": {"dst": 30, "src": 30, "imm": -1}})
blocks[-1]["term"] = {"CondJmp": {"cond": 30, "target_true": 0x10000, "target_false": RETURN_PC}}

x = [0] * 32
x[30] = ROUNDS
x_in = list(x)
for _ in range(ROUNDS):
    for number in range(BLOCKS):
        for i in range(OPS):
            x[5 + i % 5] = (x[5 + (i + number) % 5] + number + i) % 2**64
x[28] = blocks[BLOCKS // 2 + 1]["start_pc"]
x[30] = 0

with open(sys.argv[1], "w") as file:
    json.dump(blocks, file)
with open(sys.argv[2], "w") as file:
    json.dump({"function": "large", "entry_pc": 0x10000, "return_pc": RETURN_PC, "x_in": x_in,
               "f_in": [0] * 32, "pages_in": {}, "x_out": x, "f_out": [0] * 32,
               "pages_out_changed": {}, "ir_ops_executed": ROUNDS * BLOCKS * OPS}, file)
