#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command that has to succeed without taking more memory than a number of
MiB: peak-memory.py MIB COMMAND..."""

import resource
import subprocess
import sys

subprocess.run(sys.argv[2:], check=True)
# In KiB.
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
if peak > int(sys.argv[1]):
    sys.exit(f"error: {peak} MiB, more than {sys.argv[1]}")
