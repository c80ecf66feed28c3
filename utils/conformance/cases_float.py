# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of floating-point ops."""

from itertools import product

from .floats import BOX
from .forms import EDGES, MARK, MAX, MIN, random_words, standard_tests
from .machine import MASK
from .softfloat import F32, F64
from .suite import generator


def specials(fmt):
    """The patterns at the edges of a format."""
    one = fmt.round(1)
    return {"+0": 0, "-0": fmt.sign_bit, "1": one, "-1": fmt.neg(one),
            "tiny": 1, "-tiny": fmt.sign_bit | 1,
            "sub": (1 << fmt.p) - 1, "normal": 1 << fmt.p,
            "max": fmt.inf - 1, "-max": fmt.neg(fmt.inf - 1),
            "inf": fmt.inf, "-inf": fmt.neg(fmt.inf),
            "qnan": fmt.nan, "payload": fmt.neg(fmt.nan | 0x123), "snan": fmt.inf | 1}


def box(fmt, pattern):
    return pattern if fmt is F64 else BOX | pattern


def unboxed():
    """Registers that hold no f32; the low half of each is a number."""
    return [0x3F800000, 0xFFFFFFFE3F800000, 0x7FFFFFFF3F800000, 0x3FF0000000000000]


def random_patterns(fmt, name, count):
    """Finite numbers near 1, so that they meet when they are added."""
    rng, bias = generator(name), fmt.round(1)
    patterns = []
    for _ in range(count):
        pattern = bias + (rng.randrange(-fmt.p - 2, fmt.p + 3) << fmt.p)
        patterns.append(pattern + rng.getrandbits(fmt.p) | rng.getrandbits(1) * fmt.sign_bit)
    return patterns


def format_of(name):
    return F32 if name.endswith("S") else F64


def halves(fmt):
    """Pairs whose sum, product or quotient is a tie or next to one."""
    one, half_ulp = fmt.round(1), fmt.round(1) - (fmt.p + 1 << fmt.p)
    return [(one, half_ulp), (one + 1, half_ulp), (one, half_ulp + 1), (one, half_ulp - 1),
            (one + 1, fmt.neg(half_ulp)), (one + 1, one + 1), (one + 3, one + 1),
            (fmt.inf - 1, fmt.inf - 1), (fmt.inf - 1, fmt.inf - 1 - (fmt.p << fmt.p)),
            (fmt.inf - 1, fmt.inf - 1 - (fmt.p + 1 << fmt.p)), (1 << fmt.p, one - (1 << fmt.p)),
            (1, one - (1 << fmt.p)), (3, one - (1 << fmt.p)), (1, one - 1), (one, 3),
            (1 << fmt.p, fmt.neg(1)), (one, fmt.round(3)), (fmt.round(2), fmt.round(3))]


def boxed(fmt, rows):
    return [tuple(box(fmt, pattern) for pattern in row) for row in rows]


def unboxed_rows(fmt, arity):
    """Every operand unboxed in turn."""
    if fmt is F64:
        return []
    one = box(fmt, fmt.round(1))
    return [tuple(raw if i == at else one for i in range(arity))
            for raw in unboxed() for at in range(arity)]


def float_tests(name, fmt, rows, arity):
    rows = boxed(fmt, rows) + unboxed_rows(fmt, arity)
    forms = boxed(fmt, [tuple(fmt.round(n) for n in (3, -5, 7)[:arity])])
    return standard_tests(name, rows, form_values=forms)


def binary(name):
    fmt = format_of(name)
    edge = list(specials(fmt).values())
    rows = list(product(edge[:3] + edge[4:8] + edge[8:14], repeat=2))
    rows = [row for i, row in enumerate(rows) if i % 2] + [(edge[2], edge[3])]
    rows += [(edge[14], edge[2]), (edge[2], edge[14]), (edge[14], edge[14])]
    randoms = random_patterns(fmt, name, 24)
    return float_tests(name, fmt, rows + halves(fmt) + list(zip(randoms[::2], randoms[1::2])), 2)


def root(name):
    fmt = format_of(name)
    numbers = [fmt.round(n) for n in (2, 3, 4, 9, 10, 16, 25, 10 ** 6, 2 ** 31)]
    rows = [(pattern,) for pattern in [*specials(fmt).values(), *numbers]]
    rows += [(fmt.round(4) - 1,), (fmt.round(4) + 1,), (fmt.round(1) - 1,), (fmt.round(1) + 1,),
             (2,), (3,), ((1 << fmt.p) + 1,)]
    rows += [(pattern & ~fmt.sign_bit,) for pattern in random_patterns(fmt, name, 16)]
    return float_tests(name, fmt, rows, 1)


def fused(name):
    fmt = format_of(name)
    s = specials(fmt)
    few = [s[key] for key in ("+0", "-0", "1", "-1", "inf", "-inf", "qnan")]
    rows = [row for i, row in enumerate(product(few, repeat=3)) if i % 4 == 1]
    one, two = fmt.round(1), fmt.round(2)
    tiny_up = one + 1
    rows += [(s["inf"], s["+0"], s["qnan"]), (s["+0"], s["inf"], one), (s["snan"], one, one),
             (one, s["payload"], one), (one, one, s["snan"]),
             # One rounding, not two.
             (tiny_up, tiny_up, fmt.neg(one)), (tiny_up, fmt.round(1) - 1, fmt.neg(one)),
             (tiny_up, tiny_up, one), (fmt.round(3), fmt.div(one, fmt.round(3)), fmt.neg(one)),
             # The product alone would overflow or vanish.
             (s["max"], two, s["-max"]), (s["max"], two, fmt.neg(s["max"])),
             (s["max"], s["max"], s["-inf"]), (s["tiny"], s["tiny"], one),
             (s["tiny"], s["tiny"], s["tiny"]), (s["tiny"], fmt.round(1) - (1 << fmt.p), s["tiny"]),
             (s["tiny"], s["-tiny"], s["-0"]), (s["tiny"], s["-tiny"], s["+0"]),
             (s["normal"], one - 1, s["-tiny"]), (s["max"], one, s["tiny"]),
             (s["max"], tiny_up, s["-max"])]
    rows += [(a, fmt.round(1) - (fmt.p + 1 << fmt.p), c) for a, c in ((one, one), (tiny_up, one))]
    randoms = random_patterns(fmt, name, 36)
    rows += list(zip(randoms[::3], randoms[1::3], randoms[2::3]))
    return float_tests(name, fmt, rows, 3)


def comparison(name):
    fmt = format_of(name)
    edge = list(specials(fmt).values())
    rows = [row for i, row in enumerate(product(edge, repeat=2)) if i % 2 == 0 or row[0] == row[1]]
    one = fmt.round(1)
    rows += [(one, one + 1), (one + 1, one), (fmt.neg(one), fmt.neg(one + 1))]
    return float_tests(name, fmt, rows, 2)


def to_integer(name):
    fmt = F32 if name.endswith("s") else F64
    bounds = [2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64]
    around = [fmt.round(bound) + ulps for bound in bounds for ulps in (-1, 0, 1)]
    numbers = [fmt.round(n) for n in (0.5, 0.75, 0.9990234375, 1.5, 1.9990234375, 2.5, 3.5, 123456,
                                      2 ** 31 - 1, 2 ** 24 + 1, 2 ** 53 - 1)]
    magnitudes = around + numbers + [fmt.round(1) - 1]
    rows = [(sign | pattern,) for pattern in magnitudes for sign in (0, fmt.sign_bit)]
    rows += [(pattern,) for pattern in specials(fmt).values()]
    if fmt is F64:
        rows += [(sign | fmt.round(2 ** 31) - 0x200000 * k // 2,) for k in (1, 2, 3)
                 for sign in (0, fmt.sign_bit)]
    return float_tests(name, fmt, rows, 1)


def from_integer(name):
    # 24 and 53 digits are exact; then come ties, to even in both directions.
    words = EDGES + [(1 << 24) + 1, (1 << 24) - 1, (1 << 24) + 2, (1 << 24) + 3, (1 << 25) + 6,
                     0xFFFFFF80, 0xFFFFFFC0, 0x7FFFFFBF, 0x7FFFFFC0, 0x7FFFFF80,
                     (1 << 53) + 1, (1 << 53) + 3, (1 << 53) - 1, MAX - 0x1FF, MAX - 0x200,
                     MASK - 0x3FF, MASK - 0x400, 0xFFFFFF7FFFFFFFFF, 0xFFFFFF8000000000,
                     0x7FFFFFBFFFFFFFFF, 0x7FFFFFC000000000, 0x8000008000000001, MIN | 0x400,
                     0xFFFFFFFF80000000, 0xFFFFFFFF00000001, 0x12345678FFFFFFFF]
    rows = [(word,) for word in words + random_words(name, 10)]
    return standard_tests(name, rows, form_values=[(MASK - 8,), (MIN + (1 << 30),)])


def narrow(name):
    s, wide = specials(F64), []
    tie = 1 << 28
    for base in (F64.round(1), F64.round(1) | 1 << 29, F32.convert(F32.inf - 1, F64),
                 F32.convert(1 << 23, F64) - (1 << 52)):
        wide += [base, base + tie - 1, base + tie, base + tie + 1, base + 3 * tie, base - tie]
    tiny = F32.convert(1, F64)
    wide += [tiny, tiny - (1 << 52), tiny - (1 << 52) + 1, tiny - (1 << 52) - 1, tiny | 1 << 51,
             (tiny | 1 << 51) - 1, F32.convert(3, F64) - (1 << 51), F32.convert((1 << 23) - 1, F64)]
    wide += [F64.neg(pattern) for pattern in wide[::3]] + [0x7FF0000020000000, 0xFFFFFFFFFFFFFFFF]
    rows = [(pattern,) for pattern in [*s.values(), *wide, *random_patterns(F64, name, 8)]]
    return standard_tests(name, rows, form_values=[(F64.round(3),), (F64.round(-7),)])


def widen(name):
    rows = [(pattern,) for pattern in [*specials(F32).values(), 2, 3, 0x400000,
                                       *random_patterns(F32, name, 12)]]
    return float_tests(name, F32, rows, 1)


def signs(name):
    fmt = format_of(name)
    edge = list(specials(fmt).values())
    rows = [row for i, row in enumerate(product(edge, repeat=2)) if i % 4 == 0]
    rows += [(a, b) for a in edge[12:] for b in (0, fmt.sign_bit, fmt.nan, fmt.neg(fmt.inf | 5))]
    return float_tests(name, fmt, rows, 2)


def unary(name):
    fmt = format_of(name)
    rows = [(pattern,) for pattern in specials(fmt).values()]
    rows += [(fmt.neg(pattern),) for pattern, in rows]
    rows += [(fmt.nan - 1,), (fmt.sign_bit - 1,), (fmt.mask,), ((1 << fmt.p) + 1,), (2,)]
    return float_tests(name, fmt, rows, 1)


def raw(name):
    """Moves look at no bit."""
    words = [*specials(F64).values(), *[BOX | p for p in specials(F32).values()], *unboxed(),
             *EDGES, MARK]
    return standard_tests(name, [(word,) for word in words],
                          form_values=[(0x80000000,), (0x123456787FFFFFFF,)])


def with_twins(*names):
    return [name + twin for name in names for twin in ("", "S")]


INTEGERS = ("w", "wu", "l", "lu")

CASES = {
    **dict.fromkeys(with_twins("Fadd", "Fsub", "Fmul", "Fdiv", "Fmin", "Fmax"), binary),
    **dict.fromkeys(with_twins("Fsqrt"), root),
    **dict.fromkeys(with_twins("Fmadd", "Fmsub", "Fnmadd", "Fnmsub"), fused),
    **dict.fromkeys(with_twins("Feq", "Flt", "Fle"), comparison),
    **dict.fromkeys((f"Fcvt{i}{f}" for i in INTEGERS for f in "sd"), to_integer),
    **dict.fromkeys((f"Fcvt{f}{i}" for i in INTEGERS for f in "sd"), from_integer),
    "Fcvtsd": narrow,
    "Fcvtds": widen,
    **dict.fromkeys(with_twins("Fsgnj", "Fsgnjn", "Fsgnjx"), signs),
    **dict.fromkeys(with_twins("Fclass", "Fabs", "Fneg"), unary),
    **dict.fromkeys(("FmvXW", "FmvWX", "FmvXD", "FmvDX"), raw),
}
