#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes docs/OpStatus.md: what is there for each op and terminator.

    utils/make-status.py --tool=vm-conformance    runs and compiles all conformance
                                                  files and writes the table
    utils/make-status.py --check --list=FILE      checks the table against the op
                                                  table and the output of
                                                  `vm-conformance --list`
    utils/make-status.py --self-test              checks that --check can fail

Every cell is a result: the verifier takes the programs of the op's file, the engine
gives what the file says, the compiler makes code of all its programs. --check does
not repeat that, since the conformance tests do.
"""

import argparse
import subprocess
import sys

from conformance.optable import ROOT, TABLE

DOCUMENT = ROOT / "docs" / "OpStatus.md"
# Column -> options of vm-conformance, any of which may say that an op fails.
COLUMNS = {
    "verifier": [["--list"]],
    "interpreter": [["--device=interp"]],
    "host": [["--device=host", "-O0"], ["--device=host", "-O3"]],
    "NVPTX": [["--compile-only", "--target=nvptx64:sm_90"]],
    "AMDGPU": [["--compile-only", "--target=amdgcn:gfx1100"]],
}
# What has code for the ops of the family Fenv that leaves them to the interpreter.
COMPILED = ("host", "NVPTX", "AMDGPU")
HEAD = """# Status of ops

Written by `utils/make-status.py` from what `vm-conformance` says; a test checks it. The
[conformance files](Conformance.md) say what each op does, edge cases first. A column says yes if

- **verifier**: the verifier takes the programs of the op's file,
- **interpreter**: the interpreter gives what the file says, in every case,
- **host**: so does the host, at -O0 and at -O3,
- **NVPTX**, **AMDGPU**: all programs of the file compile, for sm_90 and gfx1100,

and **cases** says how many there are. Terminators have no number. *Interpreted*: compiled code leaves
the op to the interpreter, which goes on to the end of the block; the host gives what the file says
in this way, and all programs compile.

"""
NAMES = ["op", "#", "family", *COLUMNS, "cases"]


def parse_list(text):
    """Op -> cases, from the output of --list."""
    lines = (line.split() for line in text.splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) == 2}


def get_cell(column, row, failing):
    if (column, row.name) in failing:
        return "no"
    return "interpreted" if row.family == "Fenv" and column in COMPILED else "yes"


def write_table(cases, failing):
    """The document; failing has (column, op) of what does not work."""
    rows = [NAMES, ["---"] * len(NAMES)]
    for row in TABLE.values():
        number = str(row.number or "")
        cells = [get_cell(column, row, failing) for column in COLUMNS]
        rows.append([f"`{row.name}`", number, row.family, *cells, str(cases.get(row.name, 0))])
    return HEAD + "".join("| " + " | ".join(row) + " |\n" for row in rows)


def run(tool, options):
    """What vm-conformance prints for all files, and whether it ran to its end."""
    files = [str(ROOT / "test" / "Conformance" / f"{name}.json") for name in TABLE]
    done = subprocess.run([tool, *options, *files], capture_output=True, text=True, check=False)
    return done.stdout, done.stderr, done.returncode in (0, 1) and not done.stderr


def generate(tool):
    failing, cases = set(), {}
    for column, runs in COLUMNS.items():
        for options in runs:
            output, errors, complete = run(tool, options)
            if not complete:
                print(f"{column}: {errors}", file=sys.stderr)
                return 1
            cases.update(parse_list(output) if options == ["--list"] else {})
            failing |= {(column, line.split()[1].rstrip(":"))
                        for line in output.splitlines() if line.startswith("FAIL ")}
    DOCUMENT.write_text(write_table(cases, failing), encoding="utf-8")
    for column, name in sorted(failing):
        print(f"{name}: no for {column}")
    return 0


def read_failing(text):
    """The (column, op) that a document says no for."""
    failing = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == len(NAMES) and cells[0].startswith("`"):
            failing |= {(column, cells[0].strip("`"))
                        for column, cell in zip(NAMES, cells) if cell == "no"}
    return failing


def find_complaints(text, listed):
    """What is wrong with a document."""
    cases = parse_list(listed)
    complaints = [f"{name} has no conformance file" for name in TABLE if name not in cases]
    if text != write_table(cases, read_failing(text)):
        complaints.append("docs/OpStatus.md is not up to date: run utils/make-status.py")
    return complaints


def self_test():
    listed = "".join(f"{name} 7\n" for name in TABLE)
    good = write_table(parse_list(listed), {("NVPTX", "Fence")})
    wrong = {
        "good": find_complaints(good, listed) == [],
        "cases": find_complaints(good, listed.replace("Add 7", "Add 8")) != [],
        "missing file": find_complaints(good, listed.replace("Fence 7\n", "")) != [],
        "cell": find_complaints(good.replace(" yes ", " maybe ", 1), listed) != [],
        "row": find_complaints(good.replace("| `Sub` |", "| `Sbu` |"), listed) != [],
    }
    for name, passed in wrong.items():
        if not passed:
            print(f"self-test: {name}")
    return 0 if all(wrong.values()) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--tool", help="the path of vm-conformance")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--list", help="what `vm-conformance --list` printed")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.check:
        if not arguments.tool:
            parser.error("--tool is needed")
        return generate(arguments.tool)
    if not arguments.list:
        parser.error("--check needs --list")
    with open(arguments.list, encoding="utf-8") as file:
        complaints = find_complaints(DOCUMENT.read_text(encoding="utf-8"), file.read())
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
