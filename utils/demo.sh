#!/usr/bin/env bash
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# utils/demo.sh [PRESET]
#
# Installs what is needed, builds vm-compile and vm-run in build/PRESET (default:
# dev) and shows them at work: functions that gcc compiled (test/Corpus) and
# kernels (examples/) are compiled for NVIDIA, AMD and this machine, run, and
# their results compared. The exit status is 0 if everything is right.

set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/utils/stage.sh"
preset=${1:-dev}

"$root/utils/build.sh" "$preset" vm-compile vm-run
PATH=$root/build/$preset/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

# attempt DESCRIPTION COMMAND...: one line for a command, with the milliseconds
# it took; its output where it fails.
attempt() {
  local description=$1 begin=${EPOCHREALTIME/./} status=0
  shift
  "$@" >"$work/output" 2>&1 || status=$?
  local ms=$(((${EPOCHREALTIME/./} - begin) / 1000))
  if [[ $status -eq 0 ]]; then
    printf '  ok     %-58s %6d ms\n' "$description" "$ms"
  else
    printf '  WRONG  %-58s %6d ms, exit status %d\n' "$description" "$ms" "$status"
    sed 's/^/         /' "$work/output"
    wrong=$((wrong + 1))
  fi
}

find_ptxas() {
  PATH=$PATH:${CUDA_HOME:-/usr/local/cuda}/bin:/usr/local/cuda/bin command -v ptxas || true
}
ptxas=$(find_ptxas)
readelf=$(llvm-config-22 --bindir)/llvm-readelf

# compile PROGRAM TARGET EMIT MODE: compiles, and has somebody else's tool look at
# what came out.
compile() {
  local out=$work/$(basename "$(dirname "$1")")-$(basename "$1" .json).$3
  vm-compile "$1" --target="$2" --emit="$3" --mode="$4" -o "$out" || return
  [[ -s $out ]] || return
  case $3 in
    ptx) [[ -z $ptxas ]] || "$ptxas" --gpu-name="${2#*:}" "$out" -o "$out.cubin" ;;
    hsaco) "$readelf" --file-header "$out" | grep EM_AMDGPU >/dev/null ;;
    obj) "$readelf" --file-header "$out" | grep REL >/dev/null ;;
  esac
}

corpus=(collatz crc32 mandelbrot matmul saxpy vecadd)
examples=(vecadd saxpy reduce transpose matmul mandelbrot sort8)

for choice in nvptx64:sm_90/ptx amdgcn:gfx1100/hsaco host/obj; do
  target=${choice%/*} emit=${choice#*/}
  checked=
  [[ $emit == ptx && -n $ptxas ]] && checked=", assembled by $ptxas"
  stage "Compiling for $target to $emit$checked (times with process start and checks)"
  for name in "${corpus[@]}"; do
    attempt "$name.json (gcc's code, hart mode)" \
      compile "$root/test/Corpus/$name.json" "$target" "$emit" hart
  done
  for name in "${examples[@]}"; do
    attempt "examples/$name (kernel mode)" \
      compile "$root/examples/$name/program.json" "$target" "$emit" kernel
  done
done

stage "Where the time of a compilation goes: examples/vecadd"
for choice in nvptx64:sm_90/ptx amdgcn:gfx1100/hsaco host/obj; do
  echo "  ${choice%/*}"
  vm-compile "$root/examples/vecadd/program.json" --target="${choice%/*}" \
    --emit="${choice#*/}" --timing -o "$work/timed" 2>&1 | sed 's/^/    /' ||
    wrong=$((wrong + 1))
done

stage "The vector add as PTX"
vm-compile "$root/examples/vecadd/program.json" --target=nvptx64:sm_90 --emit=ptx \
  -o "$work/vecadd.ptx" && sed 's/^/  /' "$work/vecadd.ptx" || wrong=$((wrong + 1))

stage "Running gcc's functions, every hart compared with the recorded result"
for name in "${corpus[@]}"; do
  for device in interp host; do
    for harts in 1 1000; do
      attempt "$name on $device, $harts hart(s)" \
        vm-run "$root/test/Corpus/$name.json" --case="$root/test/Corpus/$name.case.json" \
        --device=$device --harts=$harts
    done
  done
done

# kernel NAME DEVICE: runs an example in a copy of its folder and compares every
# result with the expected one.
kernel() (
  rm -rf "$work/kernel" && cp -r "$root/examples/$1" "$work/kernel" || exit
  cd "$work/kernel" || exit
  vm-run program.json @run.txt --device="$2" || exit
  for expected in *.expected.bin; do
    result=${expected%.expected.bin}
    [[ ! -f $result.out.bin ]] || result=$result.out
    cmp "$result.bin" "$expected" || exit
  done
)
stage "Running the kernels, results compared byte by byte"
for name in "${examples[@]}"; do
  for device in interp host; do
    attempt "examples/$name on $device" kernel "$name" "$device"
  done
done

stage "On the best device here"
attempt "examples/vecadd" kernel vecadd auto
cp -r "$root/examples/vecadd" "$work/timed-run"
(cd "$work/timed-run" && vm-run program.json @run.txt --device=auto --timing) 2>&1 |
  sed 's/^/  /' || wrong=$((wrong + 1))

stage "Done"
if [[ $wrong -ne 0 ]]; then
  echo "$wrong things are wrong"
  exit 1
fi
echo "Everything compiled, and every result is right."
