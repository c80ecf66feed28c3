# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Floating-point ops."""

from .machine import MASK, op, signed
from .softfloat import F32, F64

BOX = 0xFFFFFFFF00000000


def read(m, fmt, reg):
    """An operand: an f32 that is not boxed is the canonical NaN."""
    raw = m.f(reg)
    if fmt is F64:
        return raw
    return raw & 0xFFFFFFFF if raw >= BOX else F32.nan


def write(m, fmt, reg, pattern):
    m.set_f(reg, pattern if fmt is F64 else BOX | pattern)


def format_of(name):
    """The format of an op that has a twin with S, and the twin's common name."""
    return (F32, name[:-1]) if name.endswith("S") else (F64, name)


def with_twins(*names):
    return [name + twin for twin in ("", "S") for name in names]


BINARY = {"Fadd": "add", "Fsub": "sub", "Fmul": "mul", "Fdiv": "div", "Fmin": "min",
          "Fmax": "max"}


@op(*with_twins(*BINARY))
def _(m, o, name):
    fmt, name = format_of(name)
    function = getattr(fmt, BINARY[name])
    write(m, fmt, o["dst"], function(read(m, fmt, o["src1"]), read(m, fmt, o["src2"])))


@op(*with_twins("Fsqrt"))
def _(m, o, name):
    fmt, _ = format_of(name)
    write(m, fmt, o["dst"], fmt.sqrt(read(m, fmt, o["src"])))


# Which of product and addend are negated.
FUSED = {"Fmadd": (0, 0), "Fmsub": (0, 1), "Fnmadd": (1, 1), "Fnmsub": (1, 0)}


@op(*with_twins(*FUSED))
def _(m, o, name):
    fmt, name = format_of(name)
    a, b, c = (read(m, fmt, o[field]) for field in ("src1", "src2", "src3"))
    product, addend = FUSED[name]
    a, c = (fmt.neg(a) if product else a), (fmt.neg(c) if addend else c)
    write(m, fmt, o["dst"], fmt.fma(a, b, c))


COMPARE = {"Feq": (0,), "Flt": (-1,), "Fle": (-1, 0)}


@op(*with_twins(*COMPARE))
def _(m, o, name):
    fmt, name = format_of(name)
    order = fmt.compare(read(m, fmt, o["src1"]), read(m, fmt, o["src2"]))
    m.set_x(o["dst"], int(order in COMPARE[name]))


# Conversions: the letters after Fcvt are the target and the source.
INTS = {"w": (32, True), "wu": (32, False), "l": (64, True), "lu": (64, False)}
FLOATS = {"s": F32, "d": F64}
TO_INT = {f"Fcvt{i}{f}": (i, f) for i in INTS for f in FLOATS}
FROM_INT = {f"Fcvt{f}{i}": (f, i) for i in INTS for f in FLOATS}


@op(*TO_INT)
def _(m, o, name):
    integer, fmt = TO_INT[name]
    bits, is_signed = INTS[integer]
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    fmt = FLOATS[fmt]
    m.set_x(o["dst"], signed(fmt.to_int(read(m, fmt, o["src"]), low, high), bits))


@op(*FROM_INT)
def _(m, o, name):
    fmt, integer = FROM_INT[name]
    bits, is_signed = INTS[integer]
    number = m.x(o["src"]) & (1 << bits) - 1
    fmt = FLOATS[fmt]
    write(m, fmt, o["dst"], fmt.from_int(signed(number, bits) if is_signed else number))


@op("Fcvtsd")
def _(m, o):
    write(m, F32, o["dst"], F64.convert(read(m, F64, o["src"]), F32))


@op("Fcvtds")
def _(m, o):
    write(m, F64, o["dst"], F32.convert(read(m, F32, o["src"]), F64))


# Bits.

SIGN = {"Fsgnj": lambda a, b: b, "Fsgnjn": lambda a, b: 1 - b, "Fsgnjx": lambda a, b: a ^ b}


@op(*with_twins(*SIGN))
def _(m, o, name):
    fmt, name = format_of(name)
    a, b = read(m, fmt, o["src1"]), read(m, fmt, o["src2"])
    sign = SIGN[name](fmt.sign(a), fmt.sign(b))
    write(m, fmt, o["dst"], a & ~fmt.sign_bit | (fmt.sign_bit if sign else 0))


@op(*with_twins("Fabs", "Fneg"))
def _(m, o, name):
    fmt, name = format_of(name)
    a = read(m, fmt, o["src"])
    write(m, fmt, o["dst"], a & ~fmt.sign_bit if name == "Fabs" else a ^ fmt.sign_bit)


@op(*with_twins("Fclass"))
def _(m, o, name):
    fmt = F32 if name == "FclassS" else F64
    m.set_x(o["dst"], 1 << fmt.classify(read(m, fmt, o["src"])))


@op("FmvXW")
def _(m, o):
    m.set_x(o["dst"], signed(m.f(o["src"]) & 0xFFFFFFFF, 32))


@op("FmvWX")
def _(m, o):
    m.set_f(o["dst"], BOX | m.x(o["src"]) & 0xFFFFFFFF)


@op("FmvXD")
def _(m, o):
    m.set_x(o["dst"], m.f(o["src"]))


@op("FmvDX")
def _(m, o):
    m.set_f(o["dst"], m.x(o["src"]) & MASK)
