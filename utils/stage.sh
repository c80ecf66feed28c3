# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Sourced by the scripts here: `stage TEXT` prints a heading with the time of day
# and the seconds since the first script started.

: "${VMJIT_STARTED:=$(date +%s)}"
export VMJIT_STARTED

stage() {
  printf '\n[%s +%ds] %s\n' "$(date +%H:%M:%S)" "$(($(date +%s) - VMJIT_STARTED))" "$*"
}
