# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ops of the floating-point environment: rounding modes and exception flags, with
exact rationals that are rounded once. Tininess is looked for after rounding."""

from fractions import Fraction
from math import isqrt

from .control import read_csr, write_csr
from .floats import read, write
from .machine import Stop, op, signed
from .softfloat import F32, F64

NX, UF, OF, DZ, NV = 1, 2, 4, 8, 16
FFLAGS, FRM = 1, 2
MODES = ("rne", "rtz", "rdn", "rup", "rmm")
FORMATS = {32: F32, 64: F64}


def to_digits(size, unit, mode, negative):
    """A positive rational as a multiple of a unit; whether that is exact."""
    scaled = size / unit
    digits = scaled.numerator // scaled.denominator
    rest = scaled - digits
    if rest == 0:
        return digits, True
    half = Fraction(1, 2)
    away = {"rne": rest > half or (rest == half and digits & 1), "rtz": False, "rdn": negative,
            "rup": not negative, "rmm": rest >= half}[mode]
    return digits + bool(away), False


def round_number(fmt, number, mode, zero_sign=0):
    """The pattern for a rational, and flags; a zero has the sign given."""
    if number == 0:
        return fmt.sign_bit if zero_sign else 0, 0
    negative, size = number < 0, abs(number)
    e = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** e:
        e -= 1
    bounded = max(e, fmt.emin)
    digits, exact = to_digits(size, Fraction(2) ** (bounded - fmt.p), mode, negative)
    pattern = ((bounded - fmt.emin) << fmt.p) + digits
    sign = fmt.sign_bit if negative else 0
    if pattern >= fmt.inf:
        stays = mode == "rtz" or mode == ("rup" if negative else "rdn")
        return sign | fmt.inf - stays, OF | NX
    flags = 0 if exact else NX
    if not exact and e < fmt.emin:
        unbounded, _ = to_digits(size, Fraction(2) ** (e - fmt.p), mode, negative)
        if Fraction(unbounded) * Fraction(2) ** (e - fmt.p) < Fraction(2) ** fmt.emin:
            flags |= UF
    return sign | pattern, flags


def is_signalling(fmt, a):
    return fmt.is_nan(a) and not a >> (fmt.p - 1) & 1


def infinity(fmt, sign):
    return fmt.inf | (fmt.sign_bit if sign else 0)


def add(fmt, a, b, mode):
    if fmt.is_inf(a) or fmt.is_inf(b):
        if fmt.is_inf(a) and fmt.is_inf(b) and a != b:
            return fmt.nan, NV
        return (a if fmt.is_inf(a) else b), 0
    return add_numbers(fmt, fmt.value(a), fmt.sign(a), fmt.value(b), fmt.sign(b), mode)


def add_numbers(fmt, a, a_sign, b, b_sign, mode):
    """Numbers with signs, which matter where they are zero."""
    zero_sign = a_sign if a_sign == b_sign else mode == "rdn"
    return round_number(fmt, a + b, mode, zero_sign)


def mul(fmt, a, b, mode):
    sign = fmt.sign(a) ^ fmt.sign(b)
    if fmt.is_inf(a) or fmt.is_inf(b):
        if fmt.is_zero(a) or fmt.is_zero(b):
            return fmt.nan, NV
        return infinity(fmt, sign), 0
    return round_number(fmt, fmt.value(a) * fmt.value(b), mode, sign)


def div(fmt, a, b, mode):
    sign = fmt.sign(a) ^ fmt.sign(b)
    if fmt.is_inf(a):
        return (fmt.nan, NV) if fmt.is_inf(b) else (infinity(fmt, sign), 0)
    if fmt.is_inf(b):
        return fmt.sign_bit if sign else 0, 0
    if fmt.is_zero(b):
        return (fmt.nan, NV) if fmt.is_zero(a) else (infinity(fmt, sign), DZ)
    return round_number(fmt, fmt.value(a) / fmt.value(b), mode, sign)


def sqrt(fmt, a, mode):
    if fmt.is_zero(a):
        return a, 0
    if fmt.sign(a):
        return fmt.nan, NV
    if fmt.is_inf(a):
        return a, 0
    number = fmt.value(a) * 4 ** 1200
    root = isqrt(number.numerator)
    inexact = root * root != number.numerator
    return round_number(fmt, Fraction(2 * root + inexact, 2 ** 1201), mode)


def fma(fmt, a, b, c, mode):
    sign = fmt.sign(a) ^ fmt.sign(b)
    if fmt.is_inf(a) or fmt.is_inf(b):
        if fmt.is_zero(a) or fmt.is_zero(b):
            return fmt.nan, NV
        return add(fmt, infinity(fmt, sign), c, mode)
    if fmt.is_inf(c):
        return c, 0
    return add_numbers(fmt, fmt.value(a) * fmt.value(b), sign, fmt.value(c), fmt.sign(c), mode)


def convert(source, fmt, a, mode):
    sign = source.sign(a)
    if source.is_inf(a):
        return infinity(fmt, sign), 0
    return round_number(fmt, source.value(a), mode, sign)


FUSED = {"fmadd": (0, 0), "fmsub": (0, 1), "fnmadd": (1, 1), "fnmsub": (1, 0)}
ARITY = {"sqrt": 1, "convert": 1, **dict.fromkeys(FUSED, 3)}


def compute(name, fmt, sources, mode):
    """The result of an operation and its flags."""
    source = (F64 if fmt is F32 else F32) if name == "convert" else fmt
    flags = NV if any(is_signalling(source, a) for a in sources) else 0
    if name in ("min", "max"):
        return getattr(fmt, name)(*sources), flags
    if name in FUSED:
        a, b = sources[:2]
        if (fmt.is_inf(a) and fmt.is_zero(b)) or (fmt.is_zero(a) and fmt.is_inf(b)):
            flags = NV
    if any(source.is_nan(a) for a in sources):
        return fmt.nan, flags
    if name == "sub":
        return add(fmt, sources[0], fmt.neg(sources[1]), mode)
    if name == "convert":
        return convert(source, fmt, sources[0], mode)
    if name in FUSED:
        product, addend = FUSED[name]
        a, b, c = sources
        a, c = (fmt.neg(a) if product else a), (fmt.neg(c) if addend else c)
        return fma(fmt, a, b, c, mode)
    return {"add": add, "mul": mul, "div": div, "sqrt": sqrt}[name](fmt, *sources, mode)


def get_mode(m, name):
    if name != "dyn":
        return name
    number = read_csr(m, FRM)
    if number >= len(MODES):
        raise Stop("Unsupported")
    return MODES[number]


def raise_flags(m, flags):
    if flags:
        write_csr(m, FFLAGS, read_csr(m, FFLAGS) | flags)


@op("FenvArith")
def _(m, o):
    fmt, name, mode = FORMATS[o["format"]], o["operation"], get_mode(m, o["rounding"])
    source = FORMATS[96 - o["format"]] if name == "convert" else fmt
    fields = ("src1", "src2", "src3")[:ARITY.get(name, 2)]
    pattern, flags = compute(name, fmt, [read(m, source, o[field]) for field in fields], mode)
    write(m, fmt, o["dst"], pattern)
    raise_flags(m, flags)


@op("FenvCompare")
def _(m, o):
    fmt, name = FORMATS[o["format"]], o["comparison"]
    a, b = read(m, fmt, o["src1"]), read(m, fmt, o["src2"])
    order = fmt.compare(a, b)
    signals = is_signalling(fmt, a) or is_signalling(fmt, b) or name != "eq"
    m.set_x(o["dst"], int(order in {"eq": (0,), "lt": (-1,), "le": (-1, 0)}[name]))
    raise_flags(m, NV if order is None and signals else 0)


@op("FenvToInt")
def _(m, o):
    fmt, bits, mode = FORMATS[o["format"]], o["width"], get_mode(m, o["rounding"])
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if o["signed"] else (0, (1 << bits) - 1)
    a = read(m, fmt, o["src"])
    negative = fmt.sign(a) and not fmt.is_nan(a)
    result, flags = (low if negative else high), NV
    if not fmt.is_nan(a) and not fmt.is_inf(a):
        digits, exact = to_digits(abs(fmt.value(a)), 1, mode, negative)
        number = -digits if negative else digits
        if low <= number <= high:
            result, flags = number, 0 if exact else NX
    m.set_x(o["dst"], signed(result, bits))
    raise_flags(m, flags)


@op("FenvFromInt")
def _(m, o):
    fmt, bits, mode = FORMATS[o["format"]], o["width"], get_mode(m, o["rounding"])
    number = m.x(o["src"]) & (1 << bits) - 1
    pattern, flags = round_number(fmt, Fraction(signed(number, bits) if o["signed"] else number),
                                  mode)
    write(m, fmt, o["dst"], pattern)
    raise_flags(m, flags)
