#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles every program for every target and checks what comes out.

PTX is assembled by --ptxas, where given; a code object is read by --readelf,
where given, and has to be a linked AMDGPU object with a kernel descriptor.
vm-compile is taken from PATH. The exit status is 1 if anything failed.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path


def run(*command):
    """Runs a command; returns its output, or None after saying how it failed."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode == 0:
        return result.stdout
    print(f"error: {' '.join(map(str, command))}: exit status {result.returncode}\n"
          f"{result.stdout[:2000]}{result.stderr[:2000]}")
    return None


def known_chips(ptxas):
    return set(re.findall(r"'(sm_\d+[a-z]?)'", run(ptxas, "--help") or ""))


def check_ptx(ptx, chip, ptxas, known):
    """Assembles for the chip, or for the oldest newer one where ptxas has dropped
    it: PTX for a chip is valid for newer ones."""
    number = int(re.search(r"\d+", chip).group())
    if chip not in known:
        newer = [name for name in known if name[3:].isdigit() and int(name[3:]) > number]
        if not newer:
            print(f"skipped: {ptx.name}: this ptxas does not know {chip}")
            return True
        chip = min(newer, key=lambda name: int(name[3:]))
    return run(ptxas, f"--gpu-name={chip}", ptx, "-o", ptx.with_suffix(".cubin")) is not None


def check_code_object(path, chip, readelf):
    shown = run(readelf, "--file-header", "--dyn-syms", "--notes", path)
    if shown is None:
        return False
    wanted = ["EM_AMDGPU", "DYN", ".kd", "amdhsa.kernels", chip]
    missing = [text for text in wanted if text not in shown]
    if missing:
        print(f"error: {path}: no {', '.join(missing)} in what {readelf} shows")
    return not missing


def program_name(path):
    """examples/vecadd/program.json is vecadd, corpus/crc32.json is crc32."""
    return path.parent.name if path.stem == "program" else path.stem


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", required=True, help="targets, with commas")
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--ptxas")
    parser.add_argument("--readelf")
    parser.add_argument("--mode", choices=["kernel", "hart"])
    parser.add_argument("--stoppable", action="store_true")
    parser.add_argument("programs", nargs="+", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    known = known_chips(options.ptxas) if options.ptxas else set()
    mode = [f"--mode={options.mode}"] if options.mode else []
    if options.stoppable:
        mode.append("--stoppable")

    failed = 0
    for program in options.programs:
        for target in options.targets.split(","):
            chip = target.partition(":")[2]
            emit = "ptx" if target.startswith("nvptx64") else "hsaco"
            out = options.output / f"{program_name(program)}.{chip}.{emit}"
            good = run("vm-compile", program, f"--target={target}", f"--emit={emit}", *mode,
                       "-o", out) is not None
            if good and emit == "ptx" and options.ptxas:
                good = check_ptx(out, chip, options.ptxas, known)
            elif good and emit == "hsaco" and options.readelf:
                good = check_code_object(out, chip, options.readelf)
            failed += not good
    print(f"{len(options.programs)} programs, {failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
