#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the results in lit's XUnit report.

    utils/count-tests.py REPORT.xml LIT_STATUS

Lists what was skipped and what failed, and ends with `N passed, N failed`, and
`, N skipped` where there are skips. The exit status is 1 if a test failed, no
test ran, or lit says that it failed in another way.
"""

import sys
import xml.etree.ElementTree as ElementTree


def main():
    report, lit_status = sys.argv[1], int(sys.argv[2])
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        print(f"error: no results of the tests: {error}", file=sys.stderr)
        return 1

    def name(case):
        return f"{case.get('classname')}.{case.get('name')}"

    def reason(case):
        # What lit says of a GoogleTest test that skipped itself.
        message = case.find("skipped").get("message")
        return "skipped by the test itself" if message == "User interrupt" else message

    skipped = [case for case in cases if case.find("skipped") is not None]
    failed = [case for case in cases if case.find("failure") is not None]
    for case in skipped:
        print(f"skipped: {name(case)}: {reason(case)}")
    for case in failed:
        print(f"failed: {name(case)}")
    passed = len(cases) - len(failed) - len(skipped)
    if lit_status and not failed:
        print(f"error: no test failed, but the test run ended with {lit_status}", file=sys.stderr)
    if not passed and not failed:
        print("error: no test ran", file=sys.stderr)

    line = f"{passed} passed, {len(failed)} failed"
    if skipped:
        line += f", {len(skipped)} skipped"
    print(line)
    return 1 if failed or lit_status or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
