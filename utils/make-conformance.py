#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the conformance files of test/Conformance/, one for each op and terminator.

    utils/make-conformance.py [OUTPUT_DIR]     writes them (default: test/Conformance/)
    utils/make-conformance.py --check          says whether they are up to date; the
                                               exit status is 1 if not
    utils/make-conformance.py --op=Add,Sub     only these

What is expected comes from the reference in utils/conformance/, which computes it
from the rules of docs/OpSpec.md with exact arithmetic and no engine. The bytes
written depend on nothing but these sources and the op table.
"""

import argparse
import sys
from pathlib import Path

from conformance import cases_control, cases_fenv, cases_float, cases_gpu, cases_integer
from conformance import cases_memory, cases_system
from conformance.optable import ROOT, TABLE
from conformance.suite import write_suite

FOLDER = ROOT / "test" / "Conformance"
CASES = {}
for module in (cases_integer, cases_memory, cases_float, cases_control, cases_system, cases_gpu,
               cases_fenv):
    CASES.update(module.CASES)


def get_text(name):
    return write_suite(name, CASES[name](name))


def write(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_text(get_text(name), encoding="utf-8")
    return 0


def check(names):
    """Complains about files that are old, missing or of no op."""
    complaints = []
    for name in names:
        path = FOLDER / f"{name}.json"
        if not path.is_file():
            complaints.append(f"{path.relative_to(ROOT)}: missing")
        elif path.read_text(encoding="utf-8") != get_text(name):
            complaints.append(f"{path.relative_to(ROOT)}: not what utils/make-conformance.py writes")
    for path in sorted(FOLDER.glob("*.json")):
        if path.stem not in TABLE:
            complaints.append(f"{path.relative_to(ROOT)}: of no op or terminator")
    for complaint in complaints:
        print(complaint)
    print(f"{len(names)} files, {len(complaints)} complaints")
    return 1 if complaints else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--op", help="only these, separated by commas")
    arguments = parser.parse_args()
    names = arguments.op.split(",") if arguments.op else list(TABLE)
    unknown = [name for name in names if name not in CASES]
    if unknown:
        print(f"error: no cases for {', '.join(unknown)}", file=sys.stderr)
        return 1
    return check(names) if arguments.check else write(arguments.folder, names)


if __name__ == "__main__":
    sys.exit(main())
