# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A reference for VM IR in Python, and the conformance files made with it.

It is written from the rules of docs/OpSpec.md, RISC-V and IEEE 754 and shares
nothing with the engines but the op table, which says what fields ops have.
"""
