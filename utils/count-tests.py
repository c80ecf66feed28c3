#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts the results in lit's XUnit report.

    utils/count-tests.py REPORT.xml LIT_STATUS

Lists what was skipped, with the reason, and what failed, and ends with `N passed,
N failed`, and `, N skipped` where there are skips. The exit status is 1 if a test
failed, no test ran, or lit says that it failed in another way.

lit does not say why a GoogleTest test skipped itself. The tests are run again to
hear it, in the build folder that the report is in.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

# What lit says of a GoogleTest test that skipped itself.
UNKNOWN = "User interrupt"
# lit writes the folder `.` as `_`.
UNIT_TEST = re.compile(r"[^.]+\.(?P<folder>.+)/_/(?P<program>[^/]+)/(?P<suite>.+)")
# Skipping takes no time.
TIME_LIMIT_S = 60


def read_reasons(output):
    """The reasons by test in what a GoogleTest program has printed."""
    reasons, lines = {}, None
    for line in output.splitlines():
        if line.startswith("[ RUN      ] "):
            lines = []
        elif line.startswith("[  SKIPPED ] ") and lines is not None:
            test = line.removeprefix("[  SKIPPED ] ").rsplit(" (", 1)[0]
            reasons[test] = " ".join(lines)
            lines = None
        elif lines is not None and line and not line.endswith(": Skipped"):
            lines.append(line.strip())
    return reasons


def ask(program, tests):
    """The reasons by test of a program's tests, as far as it tells them."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("GTEST_")}
    try:
        run = subprocess.run([program, "--gtest_color=no", f"--gtest_filter={':'.join(tests)}"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace",
                             env=environment, timeout=TIME_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return read_reasons(run.stdout)


def find_reasons(skipped, build):
    """Why each of the test cases was skipped."""
    programs = {}
    for case in skipped:
        match = UNIT_TEST.fullmatch(case.get("classname"))
        if match and case.find("skipped").get("message") == UNKNOWN:
            program = build / "unittests" / match["folder"] / match["program"]
            programs.setdefault(program, {})[f"{match['suite']}.{case.get('name')}"] = case
    reasons = {case: case.find("skipped").get("message") for case in skipped}
    for program, cases in programs.items():
        told = ask(program, cases)
        for test, case in cases.items():
            reasons[case] = told.get(test) or "skipped by the test itself"
    return reasons


def main():
    report, lit_status = Path(sys.argv[1]), int(sys.argv[2])
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError) as error:
        print(f"error: no results of the tests: {error}", file=sys.stderr)
        return 1

    def name(case):
        return f"{case.get('classname')}.{case.get('name')}"

    skipped = [case for case in cases if case.find("skipped") is not None]
    failed = [case for case in cases if case.find("failure") is not None]
    for case, reason in find_reasons(skipped, report.resolve().parent).items():
        print(f"skipped: {name(case)}: {reason}")
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
