# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of integer, shift, comparison and lane ops."""

from itertools import product

from .forms import (EDGES, MARK, MAX, MIN, Operands, random_pairs, random_words, standard_tests,
                    value_test)
from .machine import MASK
from .suite import HartTest, make


def pairs(name):
    edges = EDGES[:8]
    mixed = [(0x100000000, 0x100000000), (0xFFFFFFFF, 0xFFFFFFFF), (0x80000000, 0x7FFFFFFF),
             (0x5555555555555555, 0xAAAAAAAAAAAAAAAA), (3037000500, 3037000500)]
    return list(product(edges, edges)) + mixed + random_pairs(name, 8)


def nop():
    test = HartTest("nothing changes")
    pc = test.block("Nop", "Nop")
    test.hart(pc, x={0: MARK, 1: 1, 31: MASK}, f={0: 1, 31: MASK}, nzcv=0xF0000000)
    test.hart(test.block("Nop", make("Mov", dst=5, src=6), "Nop"), x={6: 7})
    return [test]


def binary(name):
    return standard_tests(name, pairs(name), form_values=[(MIN + 5, MASK - 8), (77, 5)])


def division(name):
    few = [(a, b) for a in EDGES[:8] for b in (0, 1, MASK, MIN, MAX)]
    few += [(7, 2), (7, MASK - 1), (MASK - 6, 2), (MASK - 6, MASK - 1), (0xFFFFFFFF80000000, MASK),
            (0x80000000, 0xFFFFFFFF), (10, MASK - 9)] + random_pairs(name, 8)
    extras = [{"signed": True}, {"signed": False}]
    return standard_tests(name, few, extras, [(MASK - 100, 7), (100, MASK - 6)])


def unary(name):
    return standard_tests(name, [(word,) for word in EDGES + random_words(name, 8)])


def shift(name):
    amounts = [0, 1, 31, 32, 33, 62, 63, 64, 65, 127, 128, MASK, MIN, 0x100000001]
    words = [1, MASK, MIN, MAX, 0x123456789ABCDEF0]
    values = list(product(words, amounts)) + random_pairs(name, 8)
    return standard_tests(name, values, form_values=[(0x8000000000000005, 3), (0xFF00, 68)])


def shift_immediate(name):
    words = [(word,) for word in (0, 1, MASK, MIN, MAX, 0x123456789ABCDEF0)]
    extras = [{"sh": sh} for sh in (0, 1, 7, 31, 32, 33, 62, 63)]
    return standard_tests(name, words, extras, [(0x8000000000000005,)])


def immediate(name):
    imms = [0, 1, -1, 2, -2, 2047, -2048, 2048, 0x7FFFFFFF, -0x80000000, 0x80000000, MAX, -MIN]
    words = [(word,) for word in (0, 1, MASK, MIN, MAX, 0x123456789ABCDEF0)]
    return standard_tests(name, words, [{"imm": imm} for imm in imms], [(3,), (MIN,)])


def high_half(name):
    extras = [{"signed1": a, "signed2": b} for a in (True, False) for b in (True, False)]
    return standard_tests(name, pairs(name)[::2], extras, [(MIN + 5, MASK - 8), (77, 5)])


def sign_extension(name):
    words = EDGES + [0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0xFFFFFFFF7FFFFFFF,
                     *random_words(name, 8)]
    extras = [{"bits": bits} for bits in (8, 16, 32)]
    return standard_tests(name, [(word,) for word in words], extras, [(0x123456788080,)])


def move_immediate(name):
    imms = EDGES + [0xFFF, 0x1000, 0x123456789ABCDEF0, 0xFFFFFFFF00000000]
    return standard_tests(name, [()], [{"imm": imm} for imm in imms])


def comparison(name):
    return standard_tests(name, pairs(name), form_values=[(MIN, 5), (5, MIN)])


def select(name):
    conditions = [0, 1, 2, MASK, MIN, 0x100000000, 0x80000000, 0x100]
    values = [(cond, a, b) for cond in conditions for a, b in ((11, 22), (MASK, 0), (0, MIN))]
    return standard_tests(name, values, form_values=[(0, 11, 22), (MIN, 33, 44)])


# Lanes.

SIZES = (1, 2, 4, 8)
BAD_SIZES = (0, 3, 5, 16, 255)
LANES = [0, MASK, 0x0101010101010101, 0x8080808080808080, 0x7F7F7F7F7F7F7F7F,
         0x8000800080008000, 0x7FFF7FFF7FFF7FFF, 0x8000000080000000, 0x7FFFFFFF7FFFFFFF,
         MIN, MAX, 0x00FF00FF00FF00FF, 0x0001000100010001, 0x80017FFE00FF8000,
         0x0123456789ABCDEF]


def lane_pairs(name):
    values = [(a, b) for i, a in enumerate(LANES) for b in LANES[i % 3::3]]
    return values[:60] + random_pairs(name, 6)


def bad_lane_test(name, sources, field="element_size", **extra):
    """Sizes that no lane has end the hart at the op, with the ops before done."""
    test, operands = HartTest("sizes without a meaning"), Operands(name)
    for size in BAD_SIZES:
        pc = test.block(make("MovImm", dst=30, imm=1), operands.make({field: size, **extra}),
                        make("MovImm", dst=31, imm=1))
        test.hart(pc, **operands.inputs(operands.usual, sources))
    return test


def lanes(name):
    values = lane_pairs(name)[::4] + random_pairs(name + " more", 4)
    extras = [{"element_size": size} for size in SIZES]
    tests = standard_tests(name, values, extras, [(0x0102030405060708, 0xF1F2F3F4F5F6F7F8)])
    return tests + [bad_lane_test(name, (1, 2))]


def saturating_lanes(name):
    values = lane_pairs(name)[::6] + random_pairs(name + " more", 3)
    extras = [{"element_size": size, "signed": is_signed}
              for is_signed in (True, False) for size in SIZES]
    tests = standard_tests(name, values, extras, [(0x7F02838405868708, 0xF1F2F3F4F5F6F7F8)])
    return tests + [bad_lane_test(name, (1, 2), signed=True)]


def bitwise_lanes(name):
    """The size of lanes does not matter, whatever it is."""
    words = [0, MASK, 0x5555555555555555, 0x0123456789ABCDEF, MIN]
    arity = len(Operands(name).sources)
    values = list(product(words, repeat=arity))
    extras = [{"element_size": size} for size in SIZES]
    odd = value_test(name, values[-3:], [{"element_size": size} for size in BAD_SIZES],
                     "sizes that do not matter")
    return standard_tests(name, values, extras, values[-2:]) + [odd]


def lane_shift(name):
    amounts = [0, 1, 7, 8, 15, 16, 31, 32, 63, 64, MASK]
    values = list(product((MASK, 0x8040201008040281, 0x0123456789ABCDEF), amounts))
    extras = [{"element_size": size} for size in SIZES]
    tests = standard_tests(name, values, extras, [(0x8182838485868788, 0x103)])
    return tests + [bad_lane_test(name, (1, 2))]


def lane_shift_immediate(name):
    extras = [{"element_size": size, "shift": amount} for size in SIZES
              for amount in (0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 255)]
    values = [(0x8040201008040281,), (0x7F80FF0123456789,)]
    tests = standard_tests(name, values, extras, values)
    return tests + [bad_lane_test(name, (1,), shift=1)]


def wide_lanes(name):
    count = len(Operands(name).sources)
    words = LANES + random_words(name, 64)
    rows = [tuple(words[(i * 7 + k * (k + i)) % len(words)] for k in range(count))
            for i in range(6)]
    rows.append(tuple([MAX] * (count // 2) + [MAX] * (count // 2)))
    rows.append(tuple([MIN] * (count // 2) + [MASK] * (count // 2)))
    extras = [{"element_size": size, "signed": is_signed}
              for is_signed in (True, False) for size in SIZES]
    tests = standard_tests(name, rows, extras, rows[:1])
    return tests + [bad_lane_test(name, rows[0], signed=False)]


def broadcast(name):
    values = [(word,) for word in LANES + EDGES[:4]]
    extras = [{"size": size} for size in SIZES]
    tests = standard_tests(name, values, extras, [(0x0123456789ABCDEF,)])
    return tests + [bad_lane_test(name, (1,), field="size")]


CASES = {
    "Nop": lambda name: nop(),
    **dict.fromkeys(("Add", "Sub", "Mul", "And", "Or", "Xor"), binary),
    **dict.fromkeys(("Div", "Rem"), division),
    **dict.fromkeys(("Not", "Mov"), unary),
    **dict.fromkeys(("Sll", "Srl", "Sra"), shift),
    **dict.fromkeys(("SllImm", "SrlImm", "SraImm"), shift_immediate),
    **dict.fromkeys(("AddImm", "MulImm"), immediate),
    "MovImm": move_immediate,
    "MulHigh": high_half,
    "SignExtend": sign_extension,
    **dict.fromkeys(("CmpEq", "CmpNe", "CmpLt", "CmpLtU", "CmpGe", "CmpGeU"), comparison),
    "Select": select,
    **dict.fromkeys(("VecAdd", "VecSub", "VecMul"), lanes),
    **dict.fromkeys(("VecAddSat", "VecSubSat", "VecMulSat"), saturating_lanes),
    **dict.fromkeys(("VecAnd", "VecOr", "VecXor", "VecNot"), bitwise_lanes),
    **dict.fromkeys(("VecShl", "VecSrl", "VecSra"), lane_shift),
    **dict.fromkeys(("VecShlImm", "VecSrlImm", "VecSraImm"), lane_shift_immediate),
    **dict.fromkeys(("Vec128Add", "Vec256Add", "Vec256Sub", "Vec256Mul"), wide_lanes),
    "Broadcast": broadcast,
}
