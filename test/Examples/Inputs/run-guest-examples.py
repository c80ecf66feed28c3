#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lifts each kernel of examples/guest to OUTPUT/KERNEL.json and runs it.

    run-guest-examples.py EXAMPLES OUTPUT --devices=interp,host

vm-lift and vm-run are taken from PATH. The exit status is 1 if anything failed.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n"
                 f"{done.stdout}{done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("examples", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--devices", default="interp")
    args = parser.parse_args()
    kernels = sorted(path.stem for path in args.examples.glob("*.c"))
    if not kernels:
        sys.exit("no kernels")
    for kernel in kernels:
        check, folder = args.examples / "check.py", args.output / kernel
        program = args.output / f"{kernel}.json"
        options = run(sys.executable, check, "lift", kernel).split()
        run("vm-lift", args.examples / f"{kernel}.elf", *options, "-o", program)
        for device in filter(None, args.devices.split(",")):
            run(sys.executable, check, "inputs", kernel, folder)
            run("vm-run", program, f"@{folder}/run.txt", f"--device={device}")
            print(device, run(sys.executable, check, "results", kernel, folder), end="")
            for output in folder.glob("*.out.bin"):
                output.unlink()


if __name__ == "__main__":
    main()
