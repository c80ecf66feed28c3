#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command of vm-run with many harts, all of which have to write what is in
a file, and end with 0: all-harts.py HARTS FILE SCRATCH COMMAND..."""

import shutil
import subprocess
import sys
from pathlib import Path

harts, expected, scratch, *command = sys.argv[1:]
shutil.rmtree(scratch, ignore_errors=True)
result = subprocess.run(command + [f"--harts={harts}", f"--output-dir={scratch}"],
                        capture_output=True)
# Harts that end otherwise than the first are listed.
if result.returncode or result.stderr:
    sys.exit(f"error: exit status {result.returncode}: {result.stderr.decode()}")
for hart in range(int(harts)):
    if (Path(scratch) / f"{hart}.stdout").read_bytes() != Path(expected).read_bytes():
        sys.exit(f"error: hart {hart} wrote something else")
