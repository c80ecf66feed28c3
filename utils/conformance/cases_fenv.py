# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of ops of the floating-point environment."""

from .cases_float import box, random_patterns, specials, unboxed
from .fenv import FUSED, MODES
from .forms import EDGES, random_words
from .machine import MASK
from .softfloat import F32, F64
from .suite import HartTest, make

FCSR = 3
FORMATS = ((32, F32), (64, F64))
OPERATIONS = ("add", "sub", "mul", "div", "sqrt", "min", "max", *FUSED, "convert")


def corners(fmt):
    """Pairs whose results are at the ends of the range, or halfway."""
    one, top, least = fmt.round(1), fmt.inf - 1, 1 << fmt.p
    half_ulp = one - (fmt.p + 1 << fmt.p)
    top_half = top - (fmt.p << fmt.p) & ~((1 << fmt.p) - 1)
    return [(one, half_ulp), (one + 1, half_ulp), (one, fmt.neg(half_ulp)), (top, top),
            (top, top_half - least), (top, top_half), (fmt.neg(top), fmt.neg(top_half)),
            (least - 1, one + 1), (least, one - 1), (least, fmt.neg(1)), (least + 1, one - 2),
            (3, one - (1 << fmt.p)), (fmt.neg(1), one - (1 << fmt.p)), (1, 1), (one, 3),
            (one, fmt.neg(one)), (0, fmt.sign_bit), (fmt.sign_bit, fmt.sign_bit)]


def values(fmt, name):
    """Tuples of three, of which an operation takes as many as it has sources."""
    s = specials(fmt)
    rows = [(a, b, s["1"]) for a, b in corners(fmt)]
    for key in ("+0", "-0", "inf", "-inf", "qnan", "snan", "-1"):
        rows += [(s[key], s["+0"], s["qnan"]), (s["1"], s[key], s["-inf"])]
    rows += [(s["inf"], s["+0"], s["1"]), (s["inf"], s["inf"], s["-inf"])]
    randoms = random_patterns(fmt, name, 12)
    return rows + list(zip(randoms[::3], randoms[1::3], randoms[2::3]))


class FenvTest(HartTest):
    """Harts that start with flags and a mode of their own."""

    def run_op(self, op, x=None, f=None, frm=0, flags=0):
        self.hart(self.block(op), x=x, f=f, csrs={FCSR: frm << 5 | flags} if frm or flags else {})


def arith_op(name, width, rounding, registers=(1, 2, 3, 4)):
    dst, src1, src2, src3 = registers
    return make("FenvArith", dst=dst, src1=src1, src2=src2, src3=src3, operation=name,
                format=width, rounding=rounding)


def arith(_):
    tests = []
    for name in OPERATIONS:
        test = FenvTest(name)
        for width, fmt in FORMATS:
            source = FORMATS[width == 32][1] if name == "convert" else fmt
            few = values(source, f"{name} {width}")
            for mode, rounding in enumerate(MODES):
                pc = test.block(arith_op(name, width, rounding))
                for at, row in enumerate(few):
                    if (at + mode) % 5 == 0:
                        test.hart(pc, f={2 + i: box(source, a) for i, a in enumerate(row)})
        tests.append(test)
    return tests + [dynamic_test(), form_test()]


def dynamic_test():
    """All that frm may hold, with flags that stay; reserved modes are none."""
    test = FenvTest("dynamic modes")
    third = {2: F64.round(1), 3: F64.round(3)}
    for frm in range(8):
        test.run_op(arith_op("div", 64, "dyn"), f=third, frm=frm, flags=16)
        test.run_op(arith_op("div", 64, "rup"), f=third, frm=frm)
    return test


def form_test():
    """Registers that coincide, and floats that are not boxed."""
    test = FenvTest("registers")
    numbers = {2: box(F32, F32.round(3)), 3: box(F32, F32.round(7)), 4: box(F32, F32.round(-2))}
    for registers in ((2, 2, 3, 4), (3, 2, 3, 4), (4, 2, 3, 4), (5, 2, 2, 2), (0, 2, 3, 31)):
        test.run_op(arith_op("fmadd", 32, "rdn", registers), f=numbers)
    for raw in unboxed():
        test.run_op(arith_op("add", 32, "rne"), f={2: raw, 3: numbers[3]})
        test.run_op(arith_op("min", 32, "rne"), f={2: numbers[3], 3: raw})
    # What compiled code leaves in the middle of a block goes on there.
    pc = test.block(make("MovImm", dst=40, imm=5), arith_op("div", 64, "rup"),
                    make("AddImm", dst=5, src=40, imm=1), arith_op("sqrt", 64, "rdn", (6, 1, 0, 0)),
                    make("CsrRead", dst=7, csr=1))
    test.hart(pc, f={2: F64.round(1), 3: F64.round(3)})
    return test


def compare(name):
    test = FenvTest("comparisons")
    for width, fmt in FORMATS:
        edge = list(specials(fmt).values())
        rows = [(a, b) for i, a in enumerate(edge) for b in edge[i % 3::3]]
        rows += [(a, b) for a in edge[12:] for b in edge[12:]]
        for comparison in ("eq", "lt", "le"):
            pc = test.block(make(name, dst=5, src1=2, src2=3, comparison=comparison, format=width))
            for a, b in rows:
                test.hart(pc, f={2: box(fmt, a), 3: box(fmt, b)})
            test.hart(pc, f={2: edge[12], 3: edge[2]}, csrs={FCSR: 0xE1})
    return [test]


def conversions(name, rows_of):
    """Every width and mode on the rows of a format."""
    tests = []
    for width, fmt in FORMATS:
        test = FenvTest(f"format {width}")
        rows = rows_of(fmt)
        for bits in (32, 64):
            for is_signed in (True, False):
                for mode, rounding in enumerate((*MODES, "dyn")):
                    pc = test.block(make(name, dst=5, src=6, format=width, width=bits,
                                         signed=is_signed, rounding=rounding))
                    for at, row in enumerate(rows):
                        if (at + mode) % 4 == 0:
                            test.hart(pc, **row, csrs={FCSR: at % 5 << 5} if at % 5 else {})
        reserved = make(name, dst=5, src=6, format=width, width=32, signed=True, rounding="dyn")
        test.hart(test.block(reserved), csrs={FCSR: 0xA3})
        tests.append(test)
    return tests


def to_integer(name):
    def rows_of(fmt):
        magnitudes = [fmt.round(n) for n in (0.25, 0.5, 0.75, 1, 1.5, 2.5, 123456.5)]
        for bound in (2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64):
            magnitudes += [fmt.round(bound) + ulps for ulps in (-1, 0, 1)]
        magnitudes += [fmt.round(2 ** 31 - 1) + 1, fmt.round(2 ** 32 - 0.5)]
        patterns = [sign | a for a in magnitudes for sign in (0, fmt.sign_bit)]
        patterns += specials(fmt).values()
        return [{"f": {6: box(fmt, a)}} for a in patterns]
    return conversions(name, rows_of)


def from_integer(name):
    words = EDGES + [(1 << 24) + 1, (1 << 24) + 3, 0xFFFFFF7F, 0xFFFFFF80, 0xFFFFFF81,
                     (1 << 53) + 1, (1 << 53) + 3, MASK - 0x3FF, MASK - 0x400, MASK - 0x401]
    words += random_words(name, 8)
    return conversions(name, lambda _: [{"x": {6: word}} for word in words])


CASES = {"FenvArith": arith, "FenvCompare": compare, "FenvToInt": to_integer,
         "FenvFromInt": from_integer}
