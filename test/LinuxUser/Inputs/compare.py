#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what a program does under vm-run with what it does under qemu.

    compare.py --qemu=QEMU [--stdin=FILE] [--harts=N] [--engine=NAME ...]
               [--status=N] [--scratch=DIR] PROGRAM.elf [ARGUMENT...]

Runs it on the interpreter, compiled, and compiled early, or on those that are
named; with one hart and with many: what each hart writes to standard output,
and its exit status, have to be qemu's. Early means many blocks for little to do,
so that ten harts are many. "{hart}" in an argument stands for the number of the hart, and qemu runs
once for each then. A signal is the exit status 128 and its number, as in a
shell. --status is what the exit status has to be, so that the program itself is
checked.
"""

import argparse
import re
import resource
import subprocess
import sys
from pathlib import Path

ENGINES = {
    "interp": ["--device=interp"],
    "host": ["--device=host"],
    # Many blocks, so without optimization: that takes longer than they run.
    "early": ["--device=host", "--interpreted-blocks=1000", "-O0"],
}


def shell_status(status):
    return 128 - status if status < 0 else status


def run_qemu(options, hart):
    arguments = [text.replace("{hart}", str(hart)) for text in options.arguments]
    with open(options.stdin, "rb") as stdin:
        result = subprocess.run([options.qemu, options.program] + arguments,
                                stdin=stdin, capture_output=True)
    return result.stdout, shell_status(result.returncode)


def read_statuses(text, harts, status):
    """The exit status of each hart, from what vm-run says if they differ."""
    statuses = {hart: status for hart in range(harts)}
    pattern = r"^  hart (\d+): (exit status|signal) (\d+)"
    for hart, kind, value in re.findall(pattern, text, re.MULTILINE):
        statuses[int(hart)] = int(value) + (128 if kind == "signal" else 0)
    if re.search(r"^  and \d+ more", text, re.MULTILINE):
        sys.exit(f"error: more harts differ than vm-run shows:\n{text}")
    return statuses


def run_vm(options, engine, harts):
    command = ["vm-run", options.program, f"--harts={harts}",
               f"--stdin={options.stdin}", f"--output-dir={options.scratch}"]
    result = subprocess.run(command + ENGINES[engine] + ["--"] + options.arguments,
                            capture_output=True)
    text = result.stderr.decode(errors="replace")
    if re.search(r"^vm-run: error", text, re.MULTILINE):
        sys.exit(f"error: {engine}, {harts} harts: {text}")
    statuses = read_statuses(text, harts, result.returncode)
    outputs = [(Path(options.scratch) / f"{hart}.stdout").read_bytes()
               for hart in range(harts)]
    if result.stdout != outputs[0]:
        sys.exit(f"error: {engine}: the output shown is not that of hart 0")
    return [(outputs[hart], statuses[hart]) for hart in range(harts)]


def compare(options, engine, harts, expected):
    got = run_vm(options, engine, harts)
    for hart, (mine, theirs) in enumerate(zip(got, expected)):
        if mine == theirs:
            continue
        sys.exit(f"error: {engine}, hart {hart} of {harts}: exit status "
                 f"{mine[1]}, qemu {theirs[1]}; output:\n"
                 f"{mine[0].decode(errors='replace')}\nqemu:\n"
                 f"{theirs[0].decode(errors='replace')}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--qemu", required=True)
    parser.add_argument("--stdin", default="/dev/null")
    parser.add_argument("--harts", type=int, default=100)
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("program")
    parser.add_argument("arguments", nargs="*")
    options = parser.parse_args()
    Path(options.scratch).mkdir(parents=True, exist_ok=True)

    # Programs that are to crash leave nothing behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if any("{hart}" in text for text in options.arguments):
        expected = [run_qemu(options, hart) for hart in range(options.harts)]
    else:
        expected = [run_qemu(options, 0)] * options.harts
    if expected[0][1] != options.status:
        sys.exit(f"error: exit status {expected[0][1]} in qemu; output:\n"
                 f"{expected[0][0].decode(errors='replace')}")
    for engine in options.engine or ENGINES:
        many = min(options.harts, 10) if engine == "early" else options.harts
        for harts in sorted({1, many}):
            compare(options, engine, harts, expected)
    print(f"same as in qemu: {len(expected[0][0])} bytes, exit status "
          f"{options.status}")


if __name__ == "__main__":
    main()
