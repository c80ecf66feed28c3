#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# utils/check.sh [PRESET]
#
# Installs what is needed, builds build/PRESET (default: dev) and runs every
# test. The last line counts them; the exit status is 0 if none failed.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/utils/stage.sh"
preset=${1:-dev}

"$root/utils/build.sh" "$preset"

stage "Running the tests"
report=$root/build/$preset/test-results.xml
rm -f "$report"
status=0
LIT_OPTS="--xunit-xml-output=$report ${LIT_OPTS:-}" \
  cmake --build "$root/build/$preset" --target check-vmjit </dev/null || status=$?

stage "Results"
python3 "$root/utils/count-tests.py" "$report" "$status"
