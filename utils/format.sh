#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# utils/format.sh [--check]
#
# Formats every C++ source with clang-format 22; with --check says what is not
# formatted instead, with exit status 1. Tables (.def) are laid out by hand.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
arguments=(-i)
[[ ${1:-} == --check ]] && arguments=(--dry-run -Werror)
find include lib tools unittests test benchmarks \( -name '*.h' -o -name '*.cpp' \) -print0 |
  sort -z | xargs -0 -r clang-format-22 "${arguments[@]}"
