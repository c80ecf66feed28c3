#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes docs/Environment.md from include/vmjit/Support/EnvOptions.def.

    utils/make-environment.py            writes it
    utils/make-environment.py --check    fails if it is not what would be written
    utils/make-environment.py --self-test
                                         checks that --check can fail
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "include/vmjit/Support/EnvOptions.def"
DOCUMENT = ROOT / "docs/Environment.md"
STRING = r'"((?:[^"\\]|\\.)*)"'
TYPE = re.compile(rf'^VMJIT_ENV_TYPE\((\w+), [^"]+, {STRING}\)', flags=re.M)
OPTION = re.compile(rf'^VMJIT_ENV_OPTION\((\w+), {STRING}, (\w+), {STRING}, (true|false),'
                    rf'\s*{STRING}\)', flags=re.M)
HEAD = """# Environment variables

Written by `utils/make-environment.py` from
[EnvOptions.def](../include/vmjit/Support/EnvOptions.def); a test checks it. Nothing else of the
environment is read, but for what says where the user's cache directory is (`XDG_CACHE_HOME`, `HOME`).
A variable that is unset or empty has its default; a malformed value is an error that names the
variable. What an application says through an API comes before the environment. A process that
runs with the privileges of another user (setuid) has none of these.

"""
CODE = """
**Code** says whether the variable may change the code that is compiled: then its value is a part of
cache keys.
"""


def read_table(text):
    """(kinds by name, options) of the table."""
    return dict(TYPE.findall(text)), OPTION.findall(text)


def make_document(text):
    kinds, options = read_table(text)
    rows = text.count("\nVMJIT_ENV_OPTION("), text.count("\nVMJIT_ENV_TYPE(")
    if not options or (len(options), len(kinds)) != rows:
        sys.exit(f"error: {TABLE}: there are rows that this script cannot read")
    lines = ["| variable | what it does | value | default | code |", "|---|---|---|---|---|"]
    for _, name, kind, default, changes, what in options:
        shown = f"`{default}`" if default else "none"
        lines.append(f"| `{name}` | {what} | {kinds[kind]} | {shown} | "
                     f"{'yes' if changes == 'true' else 'no'} |")
    return HEAD + "\n".join(lines) + "\n" + CODE


def check(document):
    expected = make_document(TABLE.read_text(encoding="utf-8"))
    if document == expected:
        return 0
    print(f"{DOCUMENT}: not what utils/make-environment.py writes")
    return 1


def self_test():
    current = make_document(TABLE.read_text(encoding="utf-8"))
    failures = [check(current.replace(old, new)) for old, new in
                (("VMJIT_TIMEOUT", "VMJIT_TIME"), ("`30`", "`31`"), ("| no |", "| yes |"))]
    print(f"self-test: {len(failures)} changes, {failures.count(0)} not seen")
    return 1 if check(current) or 0 in failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:] == ["--check"]:
        return check(DOCUMENT.read_text(encoding="utf-8"))
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOCUMENT.write_text(make_document(TABLE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
