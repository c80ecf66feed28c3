#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the C API is what its headers say.

    utils/check-capi.py --symbols=FILE    FILE is what llvm-readelf --dyn-syms says of
                                          libvmjit-c.so
    utils/check-capi.py --self-test       checks that each check can fail

The library exports the functions that include/vmjit-c declares and nothing else, and
the tests in unittests/CAPI call each of them. Each complaint is a line; the exit status
is 1 if there is one.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DECLARATION = re.compile(r"VMJIT_C_API\s[^;]*?\b(vmjit_\w+)\(")
SYMBOL = re.compile(r"\s(?:GLOBAL|WEAK)\s+(?:DEFAULT|PROTECTED)\s+(\w+)\s+(\S+)$", flags=re.M)


def read(folder, pattern):
    return "\n".join(path.read_text(encoding="utf-8")
                     for path in sorted((ROOT / folder).glob(pattern)))


def read_exports(symbols):
    """Names that the library defines, without those of versions."""
    return {name.split("@")[0] for section, name in SYMBOL.findall(symbols)
            if section not in ("UND", "ABS")}


def check(headers, symbols, tests):
    declared, exported = set(DECLARATION.findall(headers)), read_exports(symbols)
    if len(declared) != len(re.findall(r"^VMJIT_C_API\b", headers, flags=re.M)):
        yield "some declarations cannot be read"
    if not declared:
        yield "no declarations"
    for name in sorted(declared - exported):
        yield f"{name} is declared and not exported"
    for name in sorted(exported - declared):
        yield f"{name} is exported and not declared"
    for name in sorted(declared):
        if not re.search(rf"\b{name}\(", tests):
            yield f"{name} is not tested"


def self_test():
    header = "VMJIT_C_API void vmjit_a(int x);\nVMJIT_C_API vmjit_error *\nvmjit_b(void);\n"
    line = "  5: 0000000000001000    20 FUNC    GLOBAL DEFAULT   12 {}\n".format
    both = line("vmjit_a@@VMJIT_C_0") + line("vmjit_b@@VMJIT_C_0")
    undefined = "  1: 0000000000000000     0 FUNC    GLOBAL DEFAULT   UND malloc@GLIBC\n"
    calls = "vmjit_a(1); CHECK(vmjit_b());"
    cases = [
        (header, undefined + both, calls, []),
        (header, line("vmjit_a"), calls, ["vmjit_b is declared and not exported"]),
        (header, both + line("_ZN5vmjit1xEv"), calls,
         ["_ZN5vmjit1xEv is exported and not declared"]),
        (header, both, "vmjit_a(1);", ["vmjit_b is not tested"]),
        ("", "", "", ["no declarations"]),
    ]
    wrong = [case for case in cases if list(check(*case[:3])) != case[3]]
    for case in wrong:
        print(f"wrong: {list(check(*case[:3]))}, not {case[3]}")
    print(f"self-test: {len(cases)} cases, {len(wrong)} wrong")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--symbols", type=Path)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    if not options.symbols:
        parser.error("--symbols or --self-test")
    complaints = list(check(read("include/vmjit-c", "*.h"),
                            options.symbols.read_text(encoding="utf-8"),
                            read("unittests/CAPI", "*.c")))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
