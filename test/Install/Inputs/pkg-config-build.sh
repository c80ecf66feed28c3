#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# pkg-config-build.sh PREFIX SOURCE OUTPUT COMPILER [FLAG...]
#
# Compiles a C program as pkg-config says, for the vmjit that is installed at PREFIX.

set -euo pipefail

prefix=$1 source=$2 output=$3
shift 3
module=$(find "$prefix" -name vmjit-c.pc)
export PKG_CONFIG_PATH=${module%/*}
read -ra flags <<<"$(pkg-config --cflags --libs vmjit-c)"
"$@" "$source" "${flags[@]}" -Wl,-rpath,"$(pkg-config --variable=libdir vmjit-c)" -o "$output"
