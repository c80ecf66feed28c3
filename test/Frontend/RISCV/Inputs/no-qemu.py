#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes what the program would write, had it changed nothing: its second segment."""

import struct
import sys

with open(sys.argv[1], "rb") as file:
    program = file.read()
header_size, segment_size = 64, 56
offset, size = struct.unpack_from("<8xQ16xQ", program, header_size + segment_size)
sys.stdout.buffer.write(program[offset:offset + size])
