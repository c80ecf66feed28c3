#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Inputs for the kernels beside this file, and the results they have to give.

    check.py lift KERNEL              prints the options of vm-lift
    check.py inputs KERNEL DIRECTORY  writes inputs, and run.txt for vm-run
    check.py results KERNEL DIRECTORY compares what the kernel wrote

Results are computed here, not by VM IR. The exit status is 1 if one is wrong.
"""

import hashlib
import random
import struct
import sys
import zlib
from pathlib import Path


def f32(value):
    """Rounded to a float; sums and products of floats are rounded right by it."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def pack(code, values):
    return struct.pack(f"<{len(values)}{code}", *values)


class Kernel:
    """params: types for vm-lift. launch: grid and block. arguments: for vm-run,
    a buffer as ("in", bytes), ("inout", bytes, result) or ("out", result)."""

    def __init__(self, params, grid, block, arguments, lift=()):
        self.params, self.grid, self.block = params, grid, block
        self.arguments, self.lift = arguments, list(lift)


def floats(rng, count):
    return [f32(rng.uniform(-100, 100)) for _ in range(count)]


def vecadd(rng):
    n = 1000
    a, b = floats(rng, n), floats(rng, n)
    c = [f32(x + y) for x, y in zip(a, b)]
    return Kernel("buffer,buffer,buffer,i32", "8", "128",
                  [("in", pack("f", a)), ("in", pack("f", b)), ("out", pack("f", c)), f"i32:{n}"])


def saxpy(rng):
    n, alpha = 1000, 2.5
    x, y = floats(rng, n), floats(rng, n)
    result = [f32(f32(alpha * p) + q) for p, q in zip(x, y)]
    return Kernel("f32,buffer,buffer,i32", "2", "64",
                  [f"f32:{alpha}", ("in", pack("f", x)),
                   ("inout", pack("f", y), pack("f", result)), f"i32:{n}"])


def matmul(rng):
    n = 24
    a, b = floats(rng, n * n), floats(rng, n * n)
    c = []
    for row in range(n):
        for column in range(n):
            total = 0.0
            for k in range(n):
                total = f32(total + f32(a[row * n + k] * b[k * n + column]))
            c.append(total)
    return Kernel("buffer,buffer,buffer,i32", "2,3", "16,8",
                  [("in", pack("f", a)), ("in", pack("f", b)), ("out", pack("f", c)), f"i32:{n}"])


def mandelbrot(rng):
    width, height, limit = 48, 32, 100
    steps = []
    for y in range(height):
        for x in range(width):
            real, imaginary = x * 3.0 / width - 2.25, y * 2.5 / height - 1.25
            re = im = 0.0
            step = 0
            while step < limit and re * re + im * im <= 4:
                re, im = re * re - im * im + real, 2 * re * im + imaginary
                step += 1
            steps.append(step)
    return Kernel("buffer,i32,i32,i32", "3,4", "16,8",
                  [("out", pack("i", steps)), f"i32:{width}", f"i32:{height}", f"i32:{limit}"])


def crc32(rng):
    count, length = 100, 61
    data = rng.randbytes(count * length)
    messages = [data[i * length:(i + 1) * length] for i in range(count)]
    return Kernel("buffer,i32,buffer,i32", "4", "32",
                  [("in", data), f"i32:{length}",
                   ("out", pack("I", [zlib.crc32(m) for m in messages])), f"i32:{count}"])


def sha256(rng):
    count, length = 40, 119
    data = rng.randbytes(count * length)
    messages = [data[i * length:(i + 1) * length] for i in range(count)]
    return Kernel("buffer,i32,buffer,i32", "2", "32",
                  [("in", data), f"i32:{length}",
                   ("out", b"".join(hashlib.sha256(m).digest() for m in messages)),
                   f"i32:{count}"])


def histogram(rng):
    data = rng.randbytes(5000)
    bins = [data.count(value) for value in range(256)]
    return Kernel("buffer,buffer,i32", "4", "64",
                  [("in", data), ("out", pack("I", bins)), f"i32:{len(data)}"])


def reduce(rng):
    n, block = 1000, 128
    numbers = [rng.randrange(-2**31, 2**31) for _ in range(n)]
    sums = [sum(numbers[i:i + block]) for i in range(0, n, block)]
    return Kernel("buffer,buffer,i32", str(len(sums)), str(block),
                  [("in", pack("i", numbers)), ("out", pack("q", sums)), f"i32:{n}"],
                  [f"--shared-bytes={8 * block}"])


KERNELS = (vecadd, saxpy, matmul, mandelbrot, crc32, sha256, histogram, reduce)


def write_inputs(kernel, folder):
    options = [f"--grid={kernel.grid}", f"--block={kernel.block}"]
    for index, argument in enumerate(kernel.arguments):
        if isinstance(argument, str):
            options.append(f"--arg={argument}")
            continue
        kind, *contents = argument
        source, result = folder / f"{index}.in.bin", folder / f"{index}.out.bin"
        if kind != "out":
            source.write_bytes(contents[0])
        options.append({"in": f"--arg=in:{source}", "inout": f"--arg=inout:{source}:{result}",
                        "out": f"--arg=out:{len(contents[0])}:{result}"}[kind])
    (folder / "run.txt").write_text("\n".join(options) + "\n")


def find_differences(kernel, folder):
    for index, argument in enumerate(kernel.arguments):
        if isinstance(argument, str) or argument[0] == "in":
            continue
        found, wanted = (folder / f"{index}.out.bin").read_bytes(), argument[-1]
        if found != wanted:
            place = next((i for i, (f, w) in enumerate(zip(found, wanted)) if f != w),
                         min(len(found), len(wanted)))
            yield f"argument {index} differs from byte {place} on"


def main():
    kernels = {kernel.__name__: kernel for kernel in KERNELS}
    if len(sys.argv) < 3 or sys.argv[1] not in ("lift", "inputs", "results") \
            or sys.argv[2] not in kernels or len(sys.argv) != 3 + (sys.argv[1] != "lift"):
        sys.exit(__doc__)
    action, name, *rest = sys.argv[1:]
    kernel = kernels[name](random.Random(name))
    if action == "lift":
        print(f"--function={name} --params={kernel.params}", *kernel.lift)
        return 0
    folder = Path(rest[0])
    folder.mkdir(parents=True, exist_ok=True)
    if action == "inputs":
        write_inputs(kernel, folder)
        return 0
    differences = list(find_differences(kernel, folder))
    for difference in differences:
        print(f"{name}: {difference}")
    if not differences:
        print(f"{name}: right")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
