#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a copy of a case in which a register or a byte of memory differs."""

import argparse
import json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("case")
parser.add_argument("output")
parser.add_argument("--x-in", type=int, nargs=2, metavar=("REG", "VALUE"))
parser.add_argument("--x-out", type=int, nargs=2, metavar=("REG", "VALUE"))
parser.add_argument("--flip-byte", type=int, nargs=2, metavar=("PAGE", "OFFSET"),
                    help="of what the case expects of memory")
options = parser.parse_args()

with open(options.case) as file:
    case = json.load(file)
for name, change in (("x_in", options.x_in), ("x_out", options.x_out)):
    if change:
        case[name][change[0]] = change[1]
if options.flip_byte:
    page, offset = options.flip_byte
    content = bytearray.fromhex(case["pages_out_changed"][str(page)])
    content[offset] ^= 0xff
    case["pages_out_changed"][str(page)] = content.hex()
with open(options.output, "w") as file:
    json.dump(case, file)
