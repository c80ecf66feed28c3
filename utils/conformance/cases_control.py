# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of terminators, side exits and operand expressions."""

from .cases_memory import (DATA, NEXT, PATTERN, READ_ONLY, TOP, WRITE_ONLY, regions)
from .control import OPERATORS
from .forms import EDGES, MARK, MAX, MIN
from .machine import MASK
from .softfloat import F64
from .suite import RETURN_PC, HartTest, flags, make

OUTSIDE = 0xDEAD0000


def mark(reg):
    """An op that shows that control came here."""
    return make("MovImm", dst=reg, imm=1)


def targets(test):
    """Where control can go: a block, the return address and two places that are
    no blocks, one of them inside the range of a block."""
    block = test.block(mark(30), mark(29))
    return [block, RETURN_PC, OUTSIDE, block + 4, 0, MASK]


# Terminators.


def ret(name):
    empty = HartTest("with an empty call stack")
    pcs = [empty.block(), empty.block(mark(30), "Nop", "Nop"), empty.block(pc=0),
           empty.block(mark(29), pc=MASK)]
    for pc in pcs:
        empty.hart(pc, x={1: OUTSIDE, 6: MARK})
    for pc in (RETURN_PC, OUTSIDE, pcs[1] + 1):  # Where no block is.
        empty.hart(pc, x={6: MARK}, f={31: MARK}, nzcv=0x50000000)

    nested = HartTest("goes where the last call says")
    inner = nested.block(make("AddImm", dst=5, src=5, imm=1))
    after = nested.block(make("MulImm", dst=5, src=5, imm=10))
    middle = nested.block(mark(29), term=make("Call", target=inner, ret_pc=after))
    last = nested.block(make("AddImm", dst=5, src=5, imm=3))
    for place in (last, OUTSIDE, RETURN_PC):
        pc = nested.block(term=make("Call", target=middle, ret_pc=place))
        nested.hart(pc, x={5: 7, 1: OUTSIDE})
    return [empty, nested]


def jmp(name):
    test = HartTest("targets")
    for target in targets(test):
        test.hart(test.block(mark(28), term=make("Jmp", target=target)))
    first = test.next_pc
    test.block(make("AddImm", dst=5, src=5, imm=-1), make("AddImm", dst=6, src=6, imm=7),
               make("Mov", dst=32, src=33), make("MovImm", dst=33, imm=1),
               make("Or", dst=7, src1=7, src2=32), term=make("CondJmp", cond=5, target_true=first,
                                                            target_false=RETURN_PC))
    # Temporaries are gone at the end of a block.
    for count in (1, 2, 100):
        test.hart(test.block(make("MovImm", dst=33, imm=9), term=make("Jmp", target=first)),
                  x={5: count})
    return [test]


def jmp_reg(name):
    test = HartTest("targets")
    places = targets(test)
    for offset in (0, 4, -1, -MIN, MAX):
        pc = test.block(mark(28), term=make("JmpReg", base=6, offset=offset))
        for target in places:
            test.hart(pc, x={6: target - offset})
    # No bit is masked.
    test.hart(test.block(term=make("JmpReg", base=6, offset=1)), x={6: places[0]})
    # The register is read after all ops, and may be a temporary or raw.
    update = make("AddImm", dst=6, src=6, imm=0x40)
    test.hart(test.block(update, term=make("JmpReg", base=6, offset=0)), x={6: places[0] - 0x40})
    test.hart(test.block(make("Mov", dst=40, src=6), term=make("JmpReg", base=40, offset=0)),
              x={6: places[0]})
    test.hart(test.block(term=make("JmpReg", base=6 << 16 | 3, offset=0)), x={6: places[0]})
    test.hart(test.block(term=make("JmpReg", base=33, offset=places[0])))
    test.hart(test.block(term=make("JmpReg", base=0, offset=places[0])), x={0: 0x40})
    plain = HartTest("register 0 is ordinary", zero_reg=False)
    pc = plain.block(term=make("JmpReg", base=0, offset=0))
    plain.hart(pc, x={0: plain.block(mark(30))})
    plain.hart(pc, x={0: OUTSIDE})
    return [test, plain]


def cond_jmp(name):
    test = HartTest("conditions and targets")
    places = targets(test)
    for i, target in enumerate(places):
        other = places[(i + 1) % len(places)]
        pc = test.block(mark(28), term=make("CondJmp", cond=6, target_true=target,
                                            target_false=other))
        for value in (0, 1, MIN, 0x100000000, MASK, 2):
            test.hart(pc, x={6: value})
    yes, no = test.block(mark(27)), test.block(mark(26))
    after = {"target_true": yes, "target_false": no}
    clear = make("MovImm", dst=6, imm=0)
    test.hart(test.block(clear, term=make("CondJmp", cond=6, **after)), x={6: 1})
    copy = make("Mov", dst=65535, src=6)
    for value in (0, 5):
        test.hart(test.block(copy, term=make("CondJmp", cond=65535, **after)), x={6: value})
        test.hart(test.block(term=make("CondJmp", cond=6 << 16, **after)), x={6: value})
    test.hart(test.block(term=make("CondJmp", cond=0, **after)), x={0: 1})
    test.hart(test.block(term=make("CondJmp", cond=6, target_true=yes, target_false=yes)))
    plain = HartTest("register 0 is ordinary", zero_reg=False)
    yes, no = plain.block(mark(27)), plain.block(mark(26))
    pc = plain.block(term=make("CondJmp", cond=0, target_true=yes, target_false=no))
    for value in (0, 1):
        plain.hart(pc, x={0: value})
    return [test, plain]


def call(name):
    test = HartTest("targets")
    after = test.block(mark(25))
    for target in targets(test):
        for return_to in (after, OUTSIDE, RETURN_PC):
            pc = test.block(mark(28), term=make("Call", target=target, ret_pc=return_to))
            test.hart(pc, x={1: MARK})
    deep = HartTest("the call stack is 32 deep")
    # Calls itself X[5] times, then returns as often and counts in X[6] and X[7].
    again, leaf, back = (0x1000 + 0x40 * i for i in range(3))
    deep.block(make("AddImm", dst=5, src=5, imm=-1), make("AddImm", dst=6, src=6, imm=1),
               term=make("CondJmp", cond=5, target_true=leaf, target_false=back))
    deep.block("Nop", term=make("Call", target=again, ret_pc=back))
    deep.block(make("AddImm", dst=7, src=7, imm=1))
    for depth in (1, 2, 31, 32, 33, 34, 100):
        deep.hart(x={5: depth})
    return [test, deep]


def fault(name):
    test = HartTest("causes")
    for cause in (0, 1, 2, 15, 0x80000000, 0xFFFFFFFF, MIN, MASK):
        test.hart(test.block(mark(30), term=make("Fault", cause=cause)), x={6: MARK})
    test.hart(test.block(term=make("Fault", cause=3)))
    last = test.block("Nop", "Nop", term=make("Fault", cause=4))
    test.hart(test.block(term=make("Jmp", target=last)))
    return [test]


def interrupt(name):
    test = HartTest("vectors")
    for vector in (0, 1, 3, 128, 255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        test.hart(test.block(mark(30), term=make("Interrupt", vector=vector)), x={6: MARK})
    last = test.block("Nop", "Nop", term=make("Interrupt", vector=4))
    test.hart(test.block(term=make("Jmp", target=last)))
    return [test]


# Side exits.


def side_exit(name):
    values = HartTest("conditions")
    taken = values.block(mark(30))
    pc = values.block(mark(28), make(name, src1=6, src2=7, target=taken), mark(29))
    for a in EDGES:
        for b in (a, 0, 1, MASK, MIN, MAX):
            values.hart(pc, x={6: a, 7: b})

    places = HartTest("targets")
    for target in targets(places):
        pc = places.block(mark(28), make(name, src1=6, src2=7, target=target), mark(27),
                          term=make("Jmp", target=OUTSIDE + 8))
        for a, b in ((1, 1), (1, 2), (2, 1)):
            places.hart(pc, x={6: a, 7: b})
    # Several in a block; to the block itself; last and first in it.
    end = places.block(mark(26))
    several = places.block(make(name, src1=6, src2=7, target=end),
                           make("AddImm", dst=6, src=6, imm=1),
                           make(name, src1=7, src2=6, target=RETURN_PC),
                           make("AddImm", dst=7, src=7, imm=2),
                           make(name, src1=6, src2=7, target=OUTSIDE))
    for a, b in ((1, 1), (1, 2), (2, 1), (0, MASK), (MASK, 0)):
        places.hart(several, x={6: a, 7: b})
    # Leaves a loop at the latest when X[5] is 0, whatever the condition.
    loop = places.next_pc
    places.block(make("AddImm", dst=5, src=5, imm=-1), make("Beq", src1=5, src2=0, target=end),
                 make(name, src1=6, src2=7, target=loop), mark(25))
    for a, b in ((1, 1), (1, 2), (2, 1)):
        places.hart(loop, x={5: 4, 6: a, 7: b})

    forms = HartTest("register forms")
    taken = forms.block(mark(30))
    for src1, src2 in ((6, 6), (0, 7), (6, 0), (0, 0), (31, 1), (6 << 16, 7 << 16 | 9)):
        pc = forms.block(make(name, src1=src1, src2=src2, target=taken), mark(29))
        for value in (0, 5, MASK):
            x = {1: 5, 6: value, 7: value, 31: value}
            forms.hart(pc, x={**x, 0: MARK})
    copy = [make("Mov", dst=32, src=6), make("Mov", dst=50000, src=7)]
    pc = forms.block(*copy, make(name, src1=32, src2=50000, target=taken), mark(29))
    for a, b in ((1, 1), (1, 2), (2, 1)):
        forms.hart(pc, x={6: a, 7: b})
    plain = HartTest("register 0 is ordinary", zero_reg=False)
    taken = plain.block(mark(30))
    for src1, src2 in ((0, 7), (6, 0)):
        pc = plain.block(make(name, src1=src1, src2=src2, target=taken), mark(29))
        plain.hart(pc, x={0: 5, 6: 5, 7: 5})
        plain.hart(pc, x={0: 5, 6: 6, 7: 6})
    return [values, places, forms, plain]


# Operands.


def reg(number):
    return {"Register": number}


def imm(number):
    return {"Immediate": number}


def mem(base, offset, size):
    return {"Memory": {"base": base, "offset": offset, "size": size}}


def tree(operation, left, right):
    return {"Binary": {"op": operation, "left": left, "right": right}}


def deep(depth):
    """X[6] + X[7] + ... with depth operators, deepest on the left."""
    operand = reg(6)
    for _ in range(depth):
        operand = tree("Add", operand, {"Reg": 7})
    return operand


CUSTOM = {"Custom": 7}
# Operands that end the hart, each in its own way.
FAILING = ["None", mem(6, 0, 3), mem(6, 0, 0), mem(6, 0, 16), mem(6, 0x1000, 4), mem(0, 0, 8),
           tree(CUSTOM, imm(1), imm(2)), tree(CUSTOM, "None", "None"),
           tree(CUSTOM, mem(0, 8, 4), "None"), tree("Add", "None", imm(1)),
           tree("Add", imm(1), "None"), tree("Add", mem(0, 16, 2), mem(0, 8, 4)),
           tree("Add", mem(6, 0, 4), mem(0, 8, 4)), tree("Add", mem(0, 8, 1), "None"),
           tree("Add", "None", mem(0, 8, 4)), tree("Xor", mem(6, 0, 4), tree(CUSTOM, reg(6), reg(7)))]


def values_of(number):
    """Operands whose value is number if X[7] is number, X[6] is DATA, and so is
    the word of memory there."""
    return [reg(7), {"Reg": 7}, imm(number - (1 << 64) if number >> 63 else number),
            {"Imm64": number}, mem(6, 0, 8),
            tree("Sub", tree("Add", reg(7), imm(5)), {"Imm64": 5}), reg(7 << 16 | 1)]


def word_regions(number):
    first, *rest = regions()
    first.initial = number.to_bytes(8, "little") + first.initial[8:]
    return [first.copy(), *rest]


def branch_forms(test, name, extra, number):
    for operand in values_of(number):
        pc = test.block(mark(28), make(name, target=operand, link=False, **extra), mark(27))
        test.hart(pc, x={6: DATA, 7: number})


def branch_targets(name, extra):
    tests = []
    for title, number in (("a block", 0x1000), ("the return address", RETURN_PC),
                          ("another address", OUTSIDE), ("the highest address", MASK)):
        test = HartTest("to " + title, word_regions(number))
        test.block(mark(30))
        branch_forms(test, name, extra, number)
        tests.append(test)
    return tests


def branch_failures(name, extra):
    test = HartTest("operands that fail", regions())
    test.block(mark(30))
    for operand in FAILING:
        pc = test.block(mark(28), make(name, target=operand, link=False, **extra), mark(27))
        test.hart(pc, x={6: DATA, 7: 1})
    for operand in (reg(6), imm(0x1000), "None"):
        pc = test.block(mark(28), make(name, target=operand, link=True, **extra), mark(27))
        test.hart(pc, x={6: 0x1000})
    return test


def branch(name):
    loop = HartTest("loops and zeroes", regions())
    start = loop.next_pc
    loop.block(make("AddImm", dst=5, src=5, imm=-1), make("CmpEq", dst=8, lhs=5, rhs=0),
               make("MulImm", dst=8, src=8, imm=OUTSIDE - start),
               make(name, target=tree("Add", imm(start), reg(8)), link=False))
    for count in (1, 2, 50):
        loop.hart(start, x={5: count})
    for operand in (reg(0), imm(0), deep(63), tree("Sub", imm(0), imm(1))):
        loop.hart(loop.block(make(name, target=operand, link=False)), x={0: MARK, 6: 0x20, 7: 4})
    temporary = [make("MovImm", dst=44, imm=start), make(name, target=reg(44), link=False)]
    loop.hart(loop.block(*temporary), x={5: 1})
    return [*branch_targets(name, {}), branch_failures(name, {}), loop]


def cond_branch(name):
    conditions = HartTest("conditions", regions())
    conditions.block(mark(30))
    to = {"target": imm(0x1000), "link": False}
    for value in (0, 1, MIN, MASK, 0x100000000):
        for operand in (reg(7), {"Reg": 7}, tree("Xor", reg(7), imm(0))):
            pc = conditions.block(make(name, condition=operand, **to), mark(29))
            conditions.hart(pc, x={7: value})
    for operand in (imm(0), imm(1), imm(-1), {"Imm64": 0}, {"Imm64": MIN}, mem(6, 0, 1),
                    mem(6, 0x40, 4), mem(6, 1, 8), tree("Equal", reg(6), imm(DATA)),
                    tree("LessThan", reg(6), reg(7)), reg(0), deep(63)):
        pc = conditions.block(mark(28), make(name, condition=operand, **to), mark(29))
        conditions.hart(pc, x={0: MARK, 6: DATA, 7: 3})
    several = conditions.block(
        make(name, condition=reg(6), **to), make(name, condition=reg(7), target=imm(RETURN_PC),
                                                 link=False),
        make(name, condition=tree("Sub", reg(8), imm(1)), target=reg(9), link=False), mark(29))
    for i in range(8):
        conditions.hart(several, x={6: i & 1, 7: i >> 1 & 1, 8: i >> 2 & 1, 9: OUTSIDE})

    failing = HartTest("conditions that fail", regions())
    failing.block(mark(30))
    for operand in FAILING:
        pc = failing.block(mark(28), make(name, condition=operand, **to), mark(29))
        failing.hart(pc, x={6: DATA, 7: 1})

    untaken = HartTest("nothing else is evaluated when the condition does not hold", regions())
    for operand in FAILING:
        pc = untaken.block(make(name, condition=reg(8), target=operand, link=False), mark(29))
        untaken.hart(pc, x={6: DATA, 7: 1})
    pc = untaken.block(make(name, condition=reg(8), target=imm(0x1000), link=True), mark(29))
    for value in (0, 1):
        untaken.hart(pc, x={8: value})
    taken = {"condition": reg(6)}
    return [conditions, failing, untaken, *branch_targets(name, taken),
            branch_failures(name, taken)]


# Operators.

INTEGERS = [(a, b) for a in (0, 1, MASK, MIN, MAX) for b in (0, 1, MASK, MIN)] + [
    (0x123456789ABCDEF0, 63), (0x123456789ABCDEF0, 64), (0x8000000000000001, 65), (100, MASK - 6),
    (MASK - 99, 7), (5, 5)]
ONE, INF, QNAN = F64.round(1), F64.inf, F64.nan
FLOATS = [(ONE, ONE), (ONE, F64.round(3)), (0, MIN), (MIN, MIN), (ONE, 0), (0, 0), (INF, INF),
          (INF, F64.neg(INF)), (INF, 0), (QNAN | 5, ONE), (ONE, INF | 1), (F64.neg(QNAN), QNAN),
          (1, ONE - (1 << 52)), (INF - 1, INF - 1), (ONE, ONE - (53 << 52)),
          (ONE + 1, ONE - (53 << 52)), (F64.round(7), F64.round(-2))]


def binary_op(name):
    both = {"src1": reg(6), "src2": reg(7)}
    values = HartTest("operators")
    nested = HartTest("operators in operands")
    for operation in OPERATORS:
        pc = values.block(make(name, op=operation, dest=5, **both))
        for a, b in FLOATS if operation[0] == "F" else INTEGERS[1::4] + INTEGERS[-6:]:
            values.hart(pc, x={5: MARK, 6: a, 7: b})
        inner = tree(operation, reg(6), {"Reg": 7})
        pc = nested.block(make(name, op="Xor", dest=5, src1=inner, src2=imm(-1)))
        for a, b in (FLOATS if operation[0] == "F" else INTEGERS)[1::6]:
            nested.hart(pc, x={6: a, 7: b})

    forms = HartTest("operand forms", regions())
    add = {"op": "Add", "dest": 5}
    word = int.from_bytes(PATTERN[:8], "little")
    operands = [*values_of(word), mem(6, 1, 1), mem(6, 3, 2), mem(6, 5, 4), mem(6, 0x38, 8),
                mem(0, TOP + 0x18 - (1 << 64), 8), mem(6, NEXT - DATA, 2), reg(0), imm(0), deep(63),
                mem(6 << 16, 8, 4), {"Immediate": -MIN}, {"Imm64": MASK}]
    for operand in operands:
        forms.hart(forms.block(make(name, **add, src1=operand, src2=imm(0))),
                   x={0: MARK, 6: DATA, 7: word})
        forms.hart(forms.block(make(name, **add, src1=imm(1), src2=operand)),
                   x={0: MARK, 6: DATA, 7: word})
    for dest in (0, 6, 7, 31, 5 << 16):
        forms.hart(forms.block(make(name, op="Sub", dest=dest, **both)), x={6: 9, 7: 4})
    temporaries = [make(name, op="Add", dest=40, **both),
                   make(name, op="Mul", dest=5, src1=reg(40), src2=reg(41))]
    forms.hart(forms.block(*temporaries), x={6: 9, 7: 4})

    failing = HartTest("operands that fail", regions())
    for operand in FAILING:
        for fields in ({"src1": operand, "src2": imm(1)}, {"src1": reg(6), "src2": operand}):
            pc = failing.block(mark(28), make(name, **add, **fields), mark(29))
            failing.hart(pc, x={6: DATA, 7: 1})
    for number in (0, 1, 255):
        for fields in (both, {"src1": "None", "src2": mem(0, 0, 8)}):
            pc = failing.block(mark(28), make(name, op={"Custom": number}, dest=5, **fields))
            failing.hart(pc, x={6: DATA, 7: 1})
    for base in (READ_ONLY, WRITE_ONLY, TOP + 0x1C, DATA + 0x3C):
        pc = failing.block(make(name, **add, src1=mem(6, 0, 8), src2=imm(0)))
        failing.hart(pc, x={6: base})
    return [values, nested, forms, failing]


# Accesses with operands.


class Extended:
    """Blocks of LoadExt or StoreExt."""

    def __init__(self, name, title):
        self.name, self.test = name, HartTest(title, regions())

    def block(self, addr, size=4, **fields):
        usual = {"dest": 5} if self.name == "LoadExt" else {"value": reg(7)}
        usual.update({"size": size, "flags": flags(), **fields})
        return self.test.block(mark(28), make(self.name, addr=addr, **usual), mark(29))

    def hart(self, pc, base=DATA):
        self.test.hart(pc, x={5: MARK, 6: base, 7: 0x1122334455667788})


def extended_access(name):
    forms = Extended(name, "addresses")
    operands = [reg(6), {"Reg": 6}, imm(DATA), {"Imm64": DATA + 1}, mem(6, 0, 8), mem(6, -1, 8),
                mem(6, 0x3C, 4), mem(6, 0x3D, 4), mem(0, DATA, 1), tree("Add", reg(6), imm(4)),
                imm(TOP - (1 << 64)), {"Imm64": MASK - 3}, {"Imm64": MASK - 2}, reg(0), imm(0),
                tree("Add", imm(DATA - 0x80), mem(6, 0, 1)),
                tree("Sub", tree("Mul", reg(6), imm(2)), reg(6)), reg(6 << 16)]
    for operand in operands:
        for size in (4, 8):
            forms.hart(forms.block(operand, size))

    sizes = Extended(name, "sizes and permissions")
    for size in (1, 2, 4, 8, 0, 3, 5, 16, 255):
        pc = sizes.block(reg(6), size)
        for base in (DATA, DATA + 1, DATA + 0x40 - size, READ_ONLY, WRITE_ONLY, 0):
            sizes.hart(pc, base)

    checks = Extended(name, "flags")
    for align in (1, 2, 3, 8, 64):
        pc = checks.block(reg(6), 4, flags=flags(align=align))
        for base in (DATA, DATA + 1, DATA + 2, DATA + 4, DATA + 8):
            checks.hart(pc, base)
    for order in ("None", "Acquire", "Release", "AcqRel", "SeqCst"):
        pc = checks.block(mem(6, 4, 1), 4, flags=flags(atomic=True, order=order, fence_after=True))
        for base in (DATA, DATA + 1, DATA + 0x40):
            checks.hart(pc, base)

    failing = Extended(name, "operands that fail")
    for operand in FAILING:
        if not (isinstance(operand, dict) and "Memory" in operand):
            failing.hart(failing.block(operand))
    return [forms.test, sizes.test, checks.test, failing.test]


def load_ext(name):
    forms = HartTest("register forms", regions())
    for dest in (0, 6, 31, 5 << 16):
        for address in (DATA, 0):
            pc = forms.block(make(name, dest=dest, addr=reg(6), size=8, flags=flags()), mark(29))
            forms.hart(pc, x={6: address})
    copy = make("Mov", dst=5, src=40)
    forms.hart(forms.block(make(name, dest=40, addr=reg(6), size=2, flags=flags()), copy),
               x={6: DATA})
    return [*extended_access(name), forms]


def store_ext(name):
    values = Extended(name, "values")
    word = int.from_bytes(PATTERN[:8], "little")
    for operand in [*values_of(word)[:4], mem(6, 1, 8), mem(6, 7, 1), reg(0), imm(0), deep(20),
                    tree("FAdd", imm(ONE), imm(ONE)), tree("Xor", reg(7), imm(-1))]:
        for size in (2, 8):
            values.hart(values.block(mem(6, 0x10, 1), size, value=operand))
    failing = Extended(name, "values that fail")
    for operand in FAILING:
        failing.hart(failing.block(imm(DATA), value=operand))
        # The value comes before the address.
        failing.hart(failing.block("None", value=operand))
    return [*extended_access(name), values.test, failing.test]


CASES = {
    "Ret": ret, "Jmp": jmp, "JmpReg": jmp_reg, "CondJmp": cond_jmp, "Call": call, "Fault": fault,
    "Interrupt": interrupt,
    **dict.fromkeys(("Beq", "Bne", "Blt", "Bge", "Bltu", "Bgeu"), side_exit),
    "Branch": branch, "CondBranch": cond_branch, "BinaryOp": binary_op,
    "LoadExt": load_ext, "StoreExt": store_ext,
}
