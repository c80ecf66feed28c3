#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# utils/check-device.sh bundle [PRESET]
#
#   Builds what is needed to check a device, in build/PRESET (default: static),
#   and packs it with this script into build/check-device.tar.xz, for a machine
#   on which nothing is installed but the driver of its GPU.
#
# utils/check-device.sh run [PRESET]
# ./check-device.sh run
#
#   Runs the device suite, the corpus, the examples, the conformance files and
#   the benchmarks on the host and on each GPU that there is: from the unpacked
#   bundle, or from build/PRESET. Says what there is not and what was skipped.
#   The exit status is 0 if nothing is wrong.

set -euo pipefail
export LC_ALL=C

# Bytes; machines on loan take no larger files.
max_bundle_bytes=$((64 << 20))
programs=(vm-devices vm-run vm-conformance vmjit-benchmarks)
suite=VMJITComputeConformanceTests

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  sed -n '5,19s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

# Making the bundle ------------------------------------------------------------

bundle() {
  local root preset=${1:-static} stage_dir archive
  root=$(cd "$here/.." && pwd)
  source "$root/utils/stage.sh"
  "$root/utils/build.sh" "$preset" "${programs[@]}" "$suite"

  stage "Packing"
  stage_dir=$(mktemp -d)
  trap 'rm -rf "$stage_dir"' EXIT
  local top=$stage_dir/check-device
  mkdir -p "$top/bin" "$top/test"
  local program
  for program in "${programs[@]}"; do
    strip -o "$top/bin/$program" "$root/build/$preset/bin/$program"
  done
  strip -o "$top/bin/$suite" "$(find "$root/build/$preset/unittests" -type f -name "$suite")"
  cp -r "$root/examples" "$top/examples"
  cp -r "$root/test/Corpus" "$root/test/Conformance" "$top/test/"
  mkdir -p "$top/test/LinuxUser"
  cp -r "$root/test/LinuxUser/Inputs" "$top/test/LinuxUser/"
  cp "$root/utils/check-device.sh" "$top/"
  archive=$root/build/check-device.tar.xz
  # LLVM is in each program. A dictionary that holds all of them makes that count
  # only once; unpacking takes as much memory.
  tar -C "$stage_dir" -cf - check-device | xz --lzma2=preset=6,dict=512MiB >"$archive"

  local bytes
  bytes=$(stat -c %s "$archive")
  echo "$archive: $((bytes >> 20)) MiB"
  if [[ $bytes -ge $max_bundle_bytes ]]; then
    echo "error: the bundle must be smaller than $((max_bundle_bytes >> 20)) MiB" >&2
    exit 1
  fi
  local needed
  needed=$(for program in "$top"/bin/*; do ldd "$program"; done |
    awk '/=>/ {print $1}' | sort -u | paste -sd ' ')
  echo "shared libraries that it needs: $needed"
}

# Running it -------------------------------------------------------------------

passed=0 wrong=0 skipped=0

heading() { printf '\n== %s\n' "$*"; }

skip() {
  printf '  skipped  %s\n' "$*"
  skipped=$((skipped + 1))
}

# attempt DESCRIPTION COMMAND...: one line for a command; its output where it
# fails.
attempt() {
  local description=$1 begin=${EPOCHREALTIME/./} status=0
  shift
  "$@" >"$work/output" 2>&1 || status=$?
  local ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
  if [[ $status -eq 0 ]]; then
    printf '  ok     %-56s %7d ms\n' "$description" "$ms"
    passed=$((passed + 1))
  else
    printf '  WRONG  %-56s %7d ms, exit status %d\n' "$description" "$ms" "$status"
    sed 's/^/         /' "$work/output" | tail -n 40
    wrong=$((wrong + 1))
  fi
}

# example NAME DEVICE: runs an example in a copy of its folder and compares every
# result with the expected one.
example() (
  rm -rf "$work/example" && cp -r "$data/examples/$1" "$work/example" || exit
  cd "$work/example" || exit
  "$bin/vm-run" program.json @run.txt --device="$2" --no-cache || exit
  for expected in *.expected.bin; do
    result=${expected%.expected.bin}
    [[ ! -f $result.out.bin ]] || result=$result.out
    cmp "$result.bin" "$expected" || exit
  done
)

check_device() {
  local device=$1 name file
  heading "The corpus on $device"
  for file in "$data"/test/Corpus/*.case.json; do
    name=$(basename "$file" .case.json)
    for harts in 1 1000; do
      attempt "$name, $harts hart(s)" "$bin/vm-run" "$data/test/Corpus/$name.json" \
        --case="$file" --device="$device" --harts="$harts" --no-cache
    done
  done
  heading "The examples on $device"
  for file in "$data"/examples/*/run.txt; do
    name=$(basename "$(dirname "$file")")
    attempt "$name" example "$name" "$device"
  done
}

# The GPUs that vm-devices lists, as --device takes them.
list_gpus() {
  "$bin/vm-devices" | sed -n 's/^[0-9]*: \(\(cuda\|hip\):[0-9]*\) .*/\1/p'
}

run() {
  if [[ -d $here/bin ]]; then
    bin=$here/bin data=$here suite_program=$here/bin/$suite
  else
    data=$(cd "$here/.." && pwd)
    local build=$data/build/${1:-static}
    bin=$build/bin
    suite_program=$(find "$build/unittests" -type f -name "$suite" 2>/dev/null || true)
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT

  heading "The machine"
  uname -srm
  sed -n 's/^model name[^:]*: /  /p' /proc/cpuinfo | sort | uniq -c
  "$bin/vm-devices"
  local gpus
  gpus=$(list_gpus)

  heading "The device suite, over all devices"
  attempt "$suite" "$suite_program" --gtest_brief=1
  sed -n 's/^\[  SKIPPED \] \([0-9].*\)/  skipped: \1/p' "$work/output"

  local device
  for device in host $gpus; do
    check_device "$device"
  done
  heading "The conformance files on the host"
  attempt "$(find "$data/test/Conformance" -name "*.json" | wc -l) files" \
    "$bin/vm-conformance" --device=host "$data"/test/Conformance/*.json
  [[ -n $gpus ]] || skip "everything on a GPU: there is none that can be used, see above"

  heading "Benchmarks"
  attempt "vmjit-benchmarks" "$bin/vmjit-benchmarks" --benchmark_filter="-^(Linear|Guest/.*/large)/"
  sed 's/^/  /' "$work/output"

  heading "Summary"
  echo "devices: host${gpus:+ }$(echo $gpus)"
  echo "$passed right, $wrong wrong, $skipped skipped"
  [[ $wrong -eq 0 ]]
}

case ${1:-} in
  bundle | run) "$@" ;;
  *) usage ;;
esac
