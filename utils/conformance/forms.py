# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Values worth trying, and the ways in which operands can be the same register."""

from itertools import combinations

from .machine import MASK
from .optable import TABLE
from .suite import HartTest, generator, make

MIN, MAX = 1 << 63, (1 << 63) - 1
EDGES = [0, 1, 2, MASK, MASK - 1, MIN, MAX, MIN + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
         0x100000000]
# What destinations and unused registers hold before.
MARK = 0xABABABABABABABAB
DST, SRC = 5, 6
HIGH = 31


def random_words(name, count):
    """Numbers of all lengths."""
    rng = generator(name)
    return [rng.getrandbits(rng.choice((8, 16, 32, 33, 48, 63, 64))) for _ in range(count)]


def random_pairs(name, count):
    words = random_words(name, 2 * count)
    return list(zip(words[::2], words[1::2]))


class Operands:
    """The register operands of an op: fields by kind, and the usual registers."""

    def __init__(self, name):
        self.row = TABLE[name]
        self.kinds = {field: kind for kind, field in self.row.fields
                      if kind in ("XDst", "XSrc", "FDst", "FSrc")}
        self.sources = self.row.of_kind("XSrc", "FSrc")
        self.destinations = self.row.of_kind("XDst", "FDst")
        self.usual = {field: SRC + i for i, field in enumerate(self.sources)}
        for i, field in enumerate(self.destinations):
            self.usual[field] = DST if len(self.destinations) == 1 else 20 + i

    def file(self, field):
        return self.kinds[field][0]

    def same_file(self, fields):
        return [(a, b) for a, b in combinations(fields, 2) if self.file(a) == self.file(b)]

    def make(self, extra, registers=None):
        return make(self.row.name, **(registers or self.usual), **extra)

    def inputs(self, registers, values, mark=True):
        """Register files that have the values of the sources, and a mark in the
        destinations."""
        files = {"X": {}, "F": {}}
        for field in self.destinations if mark else ():
            files[self.file(field)][arch(registers[field])] = MARK
        for field, value in zip(self.sources, values):
            files[self.file(field)][arch(registers[field])] = value
        return {"x": files["X"], "f": files["F"]}


def arch(reg):
    return reg >> 16 if reg >= 65536 else reg


def value_test(name, values, extras=({},), title="values"):
    """Every tuple of values for the sources, with every set of other fields."""
    operands, test = Operands(name), HartTest(title)
    for extra in extras:
        pc = test.block(operands.make(extra))
        for i, sources in enumerate(values):
            test.hart(pc, **operands.inputs(operands.usual, sources, mark=i == 0))
    return test


def get_forms(operands):
    """Registers for every way in which operands can coincide."""
    usual, forms = operands.usual, []
    for dst in operands.destinations:
        for src in operands.sources:
            if operands.file(dst) == operands.file(src):
                forms.append({**usual, dst: usual[src]})
    for pair in operands.same_file(operands.sources):
        forms.append({**usual, pair[1]: usual[pair[0]]})
    for pair in operands.same_file(operands.destinations):
        forms.append({**usual, pair[1]: usual[pair[0]]})
    if len(operands.sources) > 1:
        forms.append({field: SRC for field in usual})
    # Register 0: of the X file the zero register, of the F file one like others.
    for field in usual:
        forms.append({**usual, field: 0})
    forms.append({field: 0 for field in usual})
    forms.append({field: HIGH - i for i, field in enumerate(usual)})
    return forms


def limited(forms, limit):
    """At most so many forms, spread evenly."""
    step = max(1, -(-len(forms) // limit))
    return forms[::step]


def form_test(name, values, extra=None, limit=24):
    """The ways in which operands coincide, temporaries and raw ids."""
    extra, operands, test = extra or {}, Operands(name), HartTest("register forms")
    for registers in limited(get_forms(operands), limit):
        pc = test.block(operands.make(extra, registers))
        for sources in values:
            inputs = operands.inputs(registers, sources)
            # What X[0] holds is neither read nor written.
            inputs["x"].setdefault(0, MARK)
            test.hart(pc, **inputs)
    has_x = [field for field in operands.usual if operands.file(field) == "X"]
    if has_x:
        for offset in (0, 1):
            pc = temporary_block(test, operands, extra, offset)
            test.hart(pc, **operands.inputs(operands.usual, values[0]))
        raw = {field: reg << 16 | 7 if field in has_x else reg
               for field, reg in operands.usual.items()}
        test.hart(test.block(operands.make(extra, raw)), **operands.inputs(raw, values[0]))
    return test


def temporary_block(test, operands, extra, offset):
    """The op on temporaries, first low and then high ones, that are copied from
    and to the usual registers."""
    registers, before, after = dict(operands.usual), [], []
    for i, field in enumerate(operands.usual):
        if operands.file(field) != "X":
            continue
        registers[field] = (65535 - i) if offset else 32 + i
        if field in operands.sources:
            before.append(make("Mov", dst=registers[field], src=operands.usual[field]))
        else:
            after.append(make("Mov", dst=operands.usual[field], src=registers[field]))
    return test.block(*before, operands.make(extra, registers), *after)


def plain_zero_test(name, values, extra=None):
    """Register 0 where the program says that it is like any other."""
    operands, test = Operands(name), HartTest("register 0 is ordinary", zero_reg=False)
    for field in operands.usual:
        if operands.file(field) != "X":
            continue
        registers = {**operands.usual, field: 0}
        pc = test.block(operands.make(extra or {}, registers))
        for sources in values:
            test.hart(pc, **operands.inputs(registers, sources))
    return test


def standard_tests(name, values, extras=({},), form_values=None):
    """All of the above."""
    extras, form_values = list(extras), form_values or values[-2:]
    tests = [value_test(name, values, extras), form_test(name, form_values, extras[0])]
    if any(Operands(name).file(field) == "X" for field in Operands(name).usual):
        tests.append(plain_zero_test(name, form_values[:1], extras[0]))
    return tests
