#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what vmjit needs to be built and tested on Debian 12, with apt. Where
# everything is there already it does nothing, and needs neither network nor
# root.

set -euo pipefail

packages=(
  # To build.
  ccache clang-22 cmake g++ lld-22 ninja-build python3
  libclang-rt-22-dev liblld-22-dev libmlir-22-dev libpolly-22-dev llvm-22-dev
  mlir-22-tools
  libhiredis-dev libspdlog-dev libxml2-dev libzstd-dev nlohmann-json3-dev zlib1g-dev
  # To test and to work on it.
  clang-format-22 libbenchmark-dev libgmock-dev libgtest-dev llvm-22 llvm-22-tools
  qemu-user redis-server
  # Programs that the tests build for RISC-V.
  g++-riscv64-linux-gnu gcc-riscv64-linux-gnu libc6-dev-riscv64-cross
)

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
else
  missing=("${packages[@]}")
fi
if [[ ${#missing[@]} -eq 0 ]]; then
  echo "packages: all ${#packages[@]} are installed"
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "error: no apt-get here; install the equivalents of: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "error: run as root, or install sudo, to install: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "packages: installing ${missing[*]}"
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}
apt_get update
for package in "${missing[@]}"; do
  if ! apt-cache show "$package" >/dev/null 2>&1; then
    echo "error: apt has no $package; LLVM 22 is in Debian 12's bookworm-security" >&2
    exit 1
  fi
done
log=$(mktemp)
if ! apt_get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  echo "error: apt-get install failed; its whole output is in $log" >&2
  exit 1
fi
rm -f "$log"
