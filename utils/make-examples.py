#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the programs, inputs and expected outputs of examples/.

    utils/make-examples.py [OUTPUT_DIR]        (default: examples/)

Each example is a kernel-mode program written with the small assembler below,
its inputs, the result it has to give, computed here without VM IR, and
run.txt: the rest of the vm-run command line, as a response file, to be used in
a copy of the folder. The bytes written depend on nothing but this file;
test/Examples/generated.test holds examples/ against it.
"""

import json
import struct
import sys
from fractions import Fraction
from pathlib import Path

# Register names as in the RISC-V calling convention; t* and s* are any
# registers that hold no argument. tmp(n) is a temporary of its block.
ZERO, RA, SP = 0, 1, 2
A0, A1, A2, A3, A4, A5 = range(10, 16)
T0, T1, T2 = 5, 6, 7
S0, S1, S2, S3, S4, S5 = 8, 9, 18, 19, 20, 21
FA0, FA1, FA2, FA3 = range(10, 14)
FT0, FT1, FT2, FT3, FT4, FT5, FT6 = range(0, 7)
X, Y = 0, 1


def tmp(number):
    return 32 + number


MEM_FLAGS = {"volatile": False, "atomic": False, "align": 0, "fence_before": False,
             "fence_after": False, "order": "None"}

# The fields of the ops used here, in the order of the JSON form.
FIELDS = {
    "Add": "dst src1 src2", "Sub": "dst src1 src2", "Mul": "dst src1 src2",
    "And": "dst src1 src2", "Or": "dst src1 src2",
    "AddImm": "dst src imm", "Mov": "dst src", "MovImm": "dst imm",
    "SllImm": "dst src sh", "SrlImm": "dst src sh", "SraImm": "dst src sh",
    "CmpEq": "dst lhs rhs", "CmpNe": "dst lhs rhs", "CmpLt": "dst lhs rhs",
    "CmpGe": "dst lhs rhs", "CmpLtU": "dst lhs rhs",
    "Load": "dst base offset size flags", "Store": "src base offset size flags",
    "Fload": "dst base offset size", "Fstore": "src base offset size",
    "Fadd": "dst src1 src2", "Fsub": "dst src1 src2", "Fmul": "dst src1 src2",
    "Flt": "dst src1 src2", "FaddS": "dst src1 src2",
    "FmaddS": "dst src1 src2 src3", "FmvWX": "dst src", "FmvDX": "dst src",
    "Fcvtdl": "dst src",
    "GpuThreadId": "dst dim", "GpuBlockId": "dst dim", "GpuBlockDim": "dst dim",
    "GpuGridDim": "dst dim", "GpuGlobalId": "dst dim", "GpuBarrier": "",
    "GpuSharedBase": "dst",
}


class Assembler:
    """A program written op by op: asm.Add(T0, A0, T1). Blocks have labels."""

    FIRST_PC = 0x10000

    def __init__(self, name, params, stack_bytes=0, shared_bytes=0):
        self.name, self.params = name, params
        self.stack_bytes, self.shared_bytes = stack_bytes, shared_bytes
        self.segments, self.blocks, self.labels = [], [], {}
        self.next_pc = self.FIRST_PC

    def segment(self, addr, data, writable=False):
        self.segments.append({"addr": addr, "writable": writable, "bytes": data.hex()})

    def label(self, name):
        """Starts a block. The one before it must have ended, or falls through."""
        if self.blocks and self.blocks[-1]["term"] is None:
            self.jump(name)
        assert name not in self.labels, name
        self.labels[name] = self.next_pc
        self.blocks.append({"start_pc": self.next_pc, "ops": [], "term": None})

    def __getattr__(self, op):
        fields = FIELDS[op].split()

        def emit(*values):
            values = list(values) + ([MEM_FLAGS] if "flags" in fields else [])
            assert len(values) == len(fields), (op, values)
            self.blocks[-1]["ops"].append({op: dict(zip(fields, values))} if fields else op)
            self.next_pc += 4
        return emit

    def end(self, term):
        assert self.blocks[-1]["term"] is None
        self.blocks[-1]["term"] = term
        self.next_pc += 4

    def jump(self, target):
        self.end({"Jmp": {"target": target}})

    def branch(self, cond, target_true, target_false):
        self.end({"CondJmp": {"cond": cond, "target_true": target_true,
                              "target_false": target_false}})

    def ret(self):
        """Returns as a RISC-V producer does, through the return address."""
        self.end({"JmpReg": {"base": RA, "offset": 0}})

    def load_i32(self, dst, base, offset=0):
        """A sign-extending load: Load zero-extends."""
        self.Load(dst, base, offset, 4)
        self.SllImm(dst, dst, 32)
        self.SraImm(dst, dst, 32)

    def element(self, dst, base, index, log2_size):
        """dst = base + (index << log2_size)"""
        self.SllImm(tmp(0), index, log2_size)
        self.Add(dst, base, tmp(0))

    def to_json(self):
        """The program, one block to a line, with labels replaced by addresses."""
        for block in self.blocks:
            for fields in block["term"].values():
                for key in fields:
                    if key.startswith("target"):
                        fields[key] = self.labels[fields[key]]
        head = {"name": self.name, "entry": self.FIRST_PC, "zero_reg": True,
                "params": [{"type": param} for param in self.params.split()],
                "stack_bytes": self.stack_bytes, "shared_bytes": self.shared_bytes,
                "segments": self.segments}
        lines = [f"{json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
        blocks = ",\n".join(json.dumps(block, separators=(",", ":")) for block in self.blocks)
        return "{" + "\n ".join(lines) + '\n "blocks": [\n' + blocks + "\n]}\n"


# Numbers ---------------------------------------------------------------------

def f32(value):
    """The float nearest to a double; exact for the sum or product of floats."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def fma_f32(a, b, c):
    """a * b + c with one rounding, to nearest even, for results in f32's normal
    range."""
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    if exact == 0:
        return 0.0
    exponent = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
    if abs(exact) < Fraction(2) ** exponent:
        exponent -= 1
    assert -126 <= exponent <= 126
    ulp = Fraction(2) ** (exponent - 23)
    return float(round(exact / ulp) * ulp)


class Random:
    """A linear congruential generator: the same numbers everywhere."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        return self.state >> 40

    def floats(self, count, scale=1.0):
        """Floats in (-scale, scale)."""
        return [f32((self.bits() - 2 ** 23) / 2 ** 23 * scale) for _ in range(count)]

    def ints(self, count, limit):
        """Integers in [-limit, limit)."""
        return [self.bits() % (2 * limit) - limit for _ in range(count)]


def pack(code, values):
    return struct.pack(f"<{len(values)}{code}", *values)


# The examples. Each returns (program, {file: bytes}, vm-run arguments). --------

def vecadd():
    """c[i] = a[i] + b[i] in f32, one thread for each element."""
    asm = Assembler("vecadd", "buffer buffer buffer i32")
    asm.label("entry")
    asm.GpuGlobalId(T0, X)
    asm.CmpLt(tmp(0), T0, A3)
    asm.branch(tmp(0), "body", "done")
    asm.label("body")
    asm.SllImm(T0, T0, 2)
    asm.Add(A0, A0, T0)
    asm.Add(A1, A1, T0)
    asm.Add(A2, A2, T0)
    asm.Fload(FT0, A0, 0, 4)
    asm.Fload(FT1, A1, 0, 4)
    asm.FaddS(FT0, FT0, FT1)
    asm.Fstore(FT0, A2, 0, 4)
    asm.label("done")
    asm.ret()

    count = 1000
    random = Random(1)
    a, b = random.floats(count, 1000.0), random.floats(count)
    files = {"a.bin": pack("f", a), "b.bin": pack("f", b),
             "c.expected.bin": pack("f", [f32(x + y) for x, y in zip(a, b)])}
    return asm, files, ["--grid=8", "--block=128", "--arg=in:a.bin", "--arg=in:b.bin",
                        f"--arg=out:{4 * count}:c.bin", f"--arg=i32:{count}"]


def saxpy():
    """y[i] = alpha * x[i] + y[i], fused, in a grid-stride loop."""
    asm = Assembler("saxpy", "f32 buffer buffer i32")
    asm.label("entry")
    asm.GpuGlobalId(T0, X)
    asm.GpuBlockDim(T1, X)
    asm.GpuGridDim(T2, X)
    asm.Mul(T1, T1, T2)
    asm.CmpGe(tmp(0), T0, A2)
    asm.branch(tmp(0), "done", "loop")
    asm.label("loop")
    asm.element(S0, A0, T0, 2)
    asm.element(S1, A1, T0, 2)
    asm.Fload(FT0, S0, 0, 4)
    asm.Fload(FT1, S1, 0, 4)
    asm.FmaddS(FT0, FA0, FT0, FT1)
    asm.Fstore(FT0, S1, 0, 4)
    asm.Add(T0, T0, T1)
    asm.CmpLt(tmp(1), T0, A2)
    asm.branch(tmp(1), "loop", "done")
    asm.label("done")
    asm.ret()

    count, alpha = 777, 2.71875
    random = Random(2)
    x, y = random.floats(count, 10.0), random.floats(count)
    files = {"x.bin": pack("f", x), "y.bin": pack("f", y),
             "y.expected.bin": pack("f", [fma_f32(alpha, u, v) for u, v in zip(x, y)])}
    return asm, files, ["--grid=3", "--block=32", f"--arg=f32:{alpha}", "--arg=in:x.bin",
                        "--arg=inout:y.bin:y.out.bin", f"--arg=i32:{count}"]


def reduce():
    """out[block] = the i64 sum of the block's i32 elements, by halving in dynamic
    shared memory. The block size is a power of two."""
    asm = Assembler("reduce", "buffer buffer i32")
    asm.label("entry")
    asm.GpuGlobalId(T0, X)
    asm.GpuThreadId(T1, X)
    asm.GpuSharedBase(S0)
    asm.element(S0, S0, T1, 3)
    asm.MovImm(T2, 0)
    asm.CmpLt(tmp(1), T0, A2)
    asm.branch(tmp(1), "fetch", "publish")
    asm.label("fetch")
    asm.element(S1, A0, T0, 2)
    asm.load_i32(T2, S1)
    asm.label("publish")
    asm.Store(T2, S0, 0, 8)
    asm.GpuBarrier()
    asm.GpuBlockDim(S2, X)
    asm.label("halve")
    asm.SrlImm(S2, S2, 1)
    asm.branch(S2, "step", "finish")
    asm.label("step")
    asm.CmpLtU(tmp(0), T1, S2)
    asm.branch(tmp(0), "sum", "join")
    asm.label("sum")
    asm.element(S1, S0, S2, 3)
    asm.Load(tmp(1), S1, 0, 8)
    asm.Load(tmp(2), S0, 0, 8)
    asm.Add(tmp(1), tmp(1), tmp(2))
    asm.Store(tmp(1), S0, 0, 8)
    asm.label("join")
    asm.GpuBarrier()
    asm.jump("halve")
    asm.label("finish")
    asm.branch(T1, "done", "write")
    asm.label("write")
    asm.GpuBlockId(tmp(1), X)
    asm.element(S1, A1, tmp(1), 3)
    asm.Load(tmp(2), S0, 0, 8)
    asm.Store(tmp(2), S1, 0, 8)
    asm.label("done")
    asm.ret()

    count, block = 1500, 128
    blocks = -(-count // block)
    values = Random(3).ints(count, 2 ** 23)
    values[:4] = [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, -2 ** 31]
    sums = [sum(values[b * block:(b + 1) * block]) for b in range(blocks)]
    files = {"in.bin": pack("i", values), "out.expected.bin": pack("q", sums)}
    return asm, files, [f"--grid={blocks}", f"--block={block}", f"--shared={8 * block}",
                        "--arg=in:in.bin", f"--arg=out:{8 * blocks}:out.bin",
                        f"--arg=i32:{count}"]


def transpose():
    """out = in transposed, through a 16 x 16 tile in shared memory whose rows are
    padded to 17 elements. The parameters are in, out, width, height."""
    tile, row = 16, 17
    asm = Assembler("transpose", "buffer buffer i32 i32", shared_bytes=4 * tile * row)
    asm.label("entry")
    asm.GpuSharedBase(S0)
    asm.GpuThreadId(T0, X)
    asm.GpuThreadId(T1, Y)
    asm.GpuGlobalId(S1, X)
    asm.GpuGlobalId(S2, Y)
    asm.CmpLt(tmp(0), S1, A2)
    asm.CmpLt(tmp(1), S2, A3)
    asm.And(tmp(0), tmp(0), tmp(1))
    asm.branch(tmp(0), "fetch", "exchange")
    asm.label("fetch")
    asm.Mul(tmp(1), S2, A2)
    asm.Add(tmp(1), tmp(1), S1)
    asm.element(S3, A0, tmp(1), 2)
    asm.Fload(FT0, S3, 0, 4)
    asm.MovImm(tmp(2), row)
    asm.Mul(tmp(2), T1, tmp(2))
    asm.Add(tmp(2), tmp(2), T0)
    asm.element(S3, S0, tmp(2), 2)
    asm.Fstore(FT0, S3, 0, 4)
    asm.label("exchange")
    asm.GpuBarrier()
    asm.GpuBlockId(tmp(1), Y)
    asm.SllImm(tmp(1), tmp(1), 4)
    asm.Add(S1, tmp(1), T0)
    asm.GpuBlockId(tmp(2), X)
    asm.SllImm(tmp(2), tmp(2), 4)
    asm.Add(S2, tmp(2), T1)
    asm.CmpLt(tmp(3), S1, A3)
    asm.CmpLt(tmp(4), S2, A2)
    asm.And(tmp(3), tmp(3), tmp(4))
    asm.branch(tmp(3), "write", "done")
    asm.label("write")
    asm.MovImm(tmp(1), row)
    asm.Mul(tmp(1), T0, tmp(1))
    asm.Add(tmp(1), tmp(1), T1)
    asm.element(S3, S0, tmp(1), 2)
    asm.Fload(FT0, S3, 0, 4)
    asm.Mul(tmp(2), S2, A3)
    asm.Add(tmp(2), tmp(2), S1)
    asm.element(S4, A1, tmp(2), 2)
    asm.Fstore(FT0, S4, 0, 4)
    asm.label("done")
    asm.ret()

    width, height = 37, 29
    matrix = Random(4).floats(width * height, 100.0)
    transposed = [matrix[y * width + x] for x in range(width) for y in range(height)]
    files = {"in.bin": pack("f", matrix), "out.expected.bin": pack("f", transposed)}
    return asm, files, ["--grid=3,2", "--block=16,16", "--arg=in:in.bin",
                        f"--arg=out:{4 * width * height}:out.bin",
                        f"--arg=i32:{width}", f"--arg=i32:{height}"]


def matmul():
    """c[m x n] = a[m x k] * b[k x n], row-major f32, one thread for each element
    of c, sums fused in the order of k."""
    asm = Assembler("matmul", "buffer buffer buffer i32 i32 i32")
    asm.label("entry")
    asm.GpuGlobalId(T0, X)
    asm.GpuGlobalId(T1, Y)
    asm.CmpLt(tmp(0), T0, A4)
    asm.CmpLt(tmp(1), T1, A3)
    asm.And(tmp(0), tmp(0), tmp(1))
    asm.branch(tmp(0), "setup", "done")
    asm.label("setup")
    asm.Mul(tmp(1), T1, A5)
    asm.element(S0, A0, tmp(1), 2)
    asm.element(S1, A1, T0, 2)
    asm.SllImm(S2, A4, 2)
    asm.Mov(S3, A5)
    asm.FmvWX(FT0, ZERO)
    asm.CmpLt(tmp(2), ZERO, S3)
    asm.branch(tmp(2), "loop", "write")
    asm.label("loop")
    asm.Fload(FT1, S0, 0, 4)
    asm.Fload(FT2, S1, 0, 4)
    asm.FmaddS(FT0, FT1, FT2, FT0)
    asm.AddImm(S0, S0, 4)
    asm.Add(S1, S1, S2)
    asm.AddImm(S3, S3, -1)
    asm.branch(S3, "loop", "write")
    asm.label("write")
    asm.Mul(tmp(1), T1, A4)
    asm.Add(tmp(1), tmp(1), T0)
    asm.element(S0, A2, tmp(1), 2)
    asm.Fstore(FT0, S0, 0, 4)
    asm.label("done")
    asm.ret()

    m, n, k = 19, 23, 31
    random = Random(5)
    a, b = random.floats(m * k), random.floats(k * n)
    c = []
    for row in range(m):
        for column in range(n):
            total = 0.0
            for i in range(k):
                total = fma_f32(a[row * k + i], b[i * n + column], total)
            c.append(total)
    files = {"a.bin": pack("f", a), "b.bin": pack("f", b), "c.expected.bin": pack("f", c)}
    return asm, files, ["--grid=3,3", "--block=8,8", "--arg=in:a.bin", "--arg=in:b.bin",
                        f"--arg=out:{4 * m * n}:c.bin", f"--arg=i32:{m}", f"--arg=i32:{n}",
                        f"--arg=i32:{k}"]


def mandelbrot():
    """The number of steps after which z = z * z + c leaves |z| <= 2, for each point
    of a grid, in f64. The limit 4.0 is in a read-only segment."""
    four = 0x20000
    asm = Assembler("mandelbrot", "buffer i32 i32 i32 f64 f64 f64")
    asm.segment(four, struct.pack("<d", 4.0))
    asm.label("entry")
    asm.GpuGlobalId(T0, X)
    asm.GpuGlobalId(T1, Y)
    asm.CmpLt(tmp(0), T0, A1)
    asm.CmpLt(tmp(1), T1, A2)
    asm.And(tmp(0), tmp(0), tmp(1))
    asm.branch(tmp(0), "setup", "done")
    asm.label("setup")
    asm.Fcvtdl(FT0, T0)
    asm.Fmul(FT0, FT0, FA2)
    asm.Fadd(FT0, FT0, FA0)
    asm.Fcvtdl(FT1, T1)
    asm.Fmul(FT1, FT1, FA2)
    asm.Fadd(FT1, FT1, FA1)
    asm.MovImm(S0, four)
    asm.Fload(FT4, S0, 0, 8)
    asm.FmvDX(FT2, ZERO)
    asm.FmvDX(FT3, ZERO)
    asm.MovImm(T2, 0)
    asm.label("loop")
    asm.CmpGe(tmp(0), T2, A3)
    asm.branch(tmp(0), "write", "test")
    asm.label("test")
    asm.Fmul(FT5, FT2, FT2)
    asm.Fmul(FT6, FT3, FT3)
    asm.Fadd(FA3, FT5, FT6)
    asm.Flt(tmp(0), FT4, FA3)
    asm.branch(tmp(0), "write", "step")
    asm.label("step")
    asm.Fmul(FT3, FT2, FT3)
    asm.Fadd(FT3, FT3, FT3)
    asm.Fadd(FT3, FT3, FT1)
    asm.Fsub(FT2, FT5, FT6)
    asm.Fadd(FT2, FT2, FT0)
    asm.AddImm(T2, T2, 1)
    asm.jump("loop")
    asm.label("write")
    asm.Mul(tmp(1), T1, A1)
    asm.Add(tmp(1), tmp(1), T0)
    asm.element(S0, A0, tmp(1), 2)
    asm.Store(T2, S0, 0, 4)
    asm.label("done")
    asm.ret()

    width, height, limit = 45, 31, 200
    left, bottom, step = -2.1, -1.2, 0.0775

    def steps(column, row):
        cx, cy = column * step + left, row * step + bottom
        x = y = 0.0
        for count in range(limit):
            if x * x + y * y > 4.0:
                return count
            x, y = (x * x - y * y) + cx, (x * y + x * y) + cy
        return limit

    counts = [steps(column, row) for row in range(height) for column in range(width)]
    files = {"counts.expected.bin": pack("i", counts)}
    return asm, files, ["--grid=6,8", "--block=8,4", f"--arg=out:{4 * width * height}:counts.bin",
                        f"--arg=i32:{width}", f"--arg=i32:{height}", f"--arg=i32:{limit}",
                        f"--arg=f64:{left}", f"--arg=f64:{bottom}", f"--arg=f64:{step}"]


def sort8():
    """Each thread sorts 8 i32 by insertion, in an array on its private stack."""
    size = 8
    asm = Assembler("sort8", "buffer buffer i32", stack_bytes=4 * size)
    asm.label("entry")
    asm.AddImm(SP, SP, -4 * size)
    asm.GpuGlobalId(T0, X)
    asm.CmpLt(tmp(0), T0, A2)
    asm.branch(tmp(0), "setup", "done")
    asm.label("setup")
    asm.element(S0, A0, T0, 5)
    asm.element(S1, A1, T0, 5)
    asm.MovImm(T1, 0)
    # for (i = 0; i < 8; ++i) insert in[i] into the sorted array[0, i).
    asm.label("outer")
    asm.element(tmp(1), S0, T1, 2)
    asm.load_i32(S2, tmp(1))
    asm.Mov(T2, T1)
    asm.label("inner")
    asm.branch(T2, "compare", "insert")
    asm.label("compare")
    asm.element(S3, SP, T2, 2)
    asm.load_i32(S4, S3, -4)
    asm.CmpLt(tmp(1), S2, S4)
    asm.branch(tmp(1), "shift", "insert")
    asm.label("shift")
    asm.Store(S4, S3, 0, 4)
    asm.AddImm(T2, T2, -1)
    asm.jump("inner")
    asm.label("insert")
    asm.element(S3, SP, T2, 2)
    asm.Store(S2, S3, 0, 4)
    asm.AddImm(T1, T1, 1)
    asm.MovImm(tmp(1), size)
    asm.CmpLt(tmp(2), T1, tmp(1))
    asm.branch(tmp(2), "outer", "copy")
    asm.label("copy")
    for i in range(size):
        asm.Load(tmp(1 + i), SP, 4 * i, 4)
        asm.Store(tmp(1 + i), S1, 4 * i, 4)
    asm.label("done")
    asm.AddImm(SP, SP, 4 * size)
    asm.ret()

    count = 75
    values = Random(6).ints(size * count, 1000)
    values[:4] = [2 ** 31 - 1, -2 ** 31, 0, -1]
    ordered = [value for i in range(count) for value in sorted(values[size * i:size * (i + 1)])]
    files = {"in.bin": pack("i", values), "out.expected.bin": pack("i", ordered)}
    return asm, files, ["--grid=5", "--block=16", "--arg=in:in.bin",
                        f"--arg=out:{4 * size * count}:out.bin", f"--arg=i32:{count}"]


EXAMPLES = [vecadd, saxpy, reduce, transpose, matmul, mandelbrot, sort8]


def main():
    default = Path(__file__).resolve().parent.parent / "examples"
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for example in EXAMPLES:
        asm, files, arguments = example()
        folder = root / example.__name__
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "program.json").write_text(asm.to_json())
        (folder / "run.txt").write_text("\n".join(arguments) + "\n")
        for name, data in files.items():
            (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
