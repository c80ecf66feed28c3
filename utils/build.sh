#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# utils/build.sh [PRESET [TARGET...]]
#
# Installs the packages, configures build/PRESET (default: dev) and builds the
# targets (default: all).

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/utils/stage.sh"
preset=${1:-dev}
shift || true

stage "Installing packages"
"$root/utils/install-packages.sh"

cd "$root"
stage "Configuring build/$preset"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi

stage "Building build/$preset"
if [[ $# -gt 0 ]]; then
  cmake --build "build/$preset" --target "$@"
else
  cmake --build "build/$preset"
fi
