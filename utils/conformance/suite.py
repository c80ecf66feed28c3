# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests and how they are written: the reference supplies what is expected."""

import json
import random

from . import control, fenv, floats, integer, memory  # Registers what ops mean.
from .machine import MASK, Machine, Region, run_hart, run_kernel
from .optable import TABLE

RETURN_PC = 0x100
FIRST_PC = 0x1000
BLOCK_STEP = 0x40
FLAGS = {"volatile": False, "atomic": False, "align": 0, "fence_before": False,
         "fence_after": False, "order": "None"}


def make(name, **fields):
    """The JSON form of an op or terminator; Python's keywords have a _ behind."""
    row = TABLE[name]
    fields = {field.rstrip("_"): value for field, value in fields.items()}
    names = [field for _, field in row.fields]
    assert sorted(names) == sorted(fields), (name, names, list(fields))
    return {name: {field: fields[field] for field in names}} if names else name


def flags(**changed):
    return {**FLAGS, **changed}


def generator(name):
    """Random numbers that depend on nothing but the name."""
    return random.Random("vmjit conformance " + name)


def get_patches(region):
    """The runs of bytes that differ from the start."""
    patches, previous = [], None
    for at, (old, new) in enumerate(zip(region.initial, region.data)):
        if old == new:
            continue
        if previous == at - 1:
            patches[-1][1].append(new)
        else:
            patches.append((region.base + at, bytearray([new])))
        previous = at
    return [{"addr": address, "bytes": data.hex()} for address, data in patches]


class HartTest:
    """A hart-mode program that grows block by block, and harts that run it."""

    def __init__(self, name, regions=(), zero_reg=True, csrs=()):
        self.name, self.regions, self.zero_reg = name, list(regions), zero_reg
        self.blocks, self.harts = [], []
        self.next_pc = FIRST_PC

    def block(self, *ops, term="Ret", pc=None):
        """Adds a block; gives its address."""
        if pc is None:
            pc, self.next_pc = self.next_pc, self.next_pc + BLOCK_STEP
        self.blocks.append({"start_pc": pc, "ops": list(ops), "term": term})
        return pc

    def hart(self, entry=None, x=None, f=None, nzcv=0, csrs=None):
        entry = self.blocks[0]["start_pc"] if entry is None else entry
        self.harts.append((entry, x or {}, f or {}, nzcv, csrs or {}))

    def get_program(self):
        program = {} if self.zero_reg else {"zero_reg": False}
        return {**program, "blocks": self.blocks}

    def run(self, hart, shared):
        """The JSON form of a hart, with what is expected of it."""
        entry, x, f, nzcv, csrs = hart
        own = [region.copy() for region in self.regions if not region.shared]
        machine = Machine(self.get_program(), own + shared, RETURN_PC)
        for registers, values in ((machine.xs, x), (machine.fs, f)):
            for reg, value in values.items():
                registers[reg] = value & MASK
        machine.nzcv, machine.csrs = nzcv, dict(csrs)
        before = (list(machine.xs), list(machine.fs))
        run_hart(machine, entry)
        result = {} if entry == self.blocks[0]["start_pc"] else {"entry": entry}
        result.update(describe([0] * 32, [0] * 32, *before, 0, nzcv, {}, csrs))
        expect = describe(*before, machine.xs, machine.fs, nzcv, machine.nzcv, csrs, machine.csrs)
        expect["exit"] = machine.exit
        patches = [patch for region in own for patch in get_patches(region)]
        if patches:
            expect["memory"] = patches
        return {**result, "expect": expect}

    def to_json(self):
        shared = [region.copy() for region in self.regions if region.shared]
        harts = [self.run(hart, shared) for hart in self.harts]
        patches = [patch for region in shared for patch in get_patches(region)]
        if patches:
            harts[-1]["expect"].setdefault("memory", []).extend(patches)
        result = {"name": self.name, "program": self.get_program(), "return_pc": RETURN_PC}
        if self.regions:
            result["regions"] = [describe_region(region) for region in self.regions]
        return {**result, "harts": harts}


def describe(old_x, old_f, x, f, old_nzcv, nzcv, old_csrs, csrs):
    """What differs between two states, as a hart has it."""
    result = {}
    for name, old, new in (("x", old_x, x), ("f", old_f, f)):
        changed = {str(reg): value for reg, value in enumerate(new) if value != old[reg]}
        if changed:
            result[name] = changed
    if nzcv != old_nzcv:
        result["nzcv"] = nzcv
    changed = {str(csr): csrs[csr] for csr in sorted(csrs) if csrs[csr] != old_csrs.get(csr, 0)}
    if changed:
        result["csrs"] = changed
    return result


def describe_region(region):
    return {"base": region.base, "size": region.size, "readable": region.readable,
            "writable": region.writable, "shared": region.shared,
            "bytes": region.initial.rstrip(b"\0").hex()}


class KernelTest:
    """A kernel-mode program and one launch of it."""

    def __init__(self, name, params, grid, block, arguments, shared=0, **program):
        self.name, self.grid, self.block, self.shared = name, grid, block, shared
        self.arguments = list(zip(params, arguments))
        self.program = {"params": [{"type": kind} for kind in params], **program, "blocks": []}

    def add(self, *ops, term="Ret", pc=None):
        """Adds a block; gives its address."""
        pc = FIRST_PC + BLOCK_STEP * len(self.program["blocks"]) if pc is None else pc
        self.program["blocks"].append({"start_pc": pc, "ops": list(ops), "term": term})
        return pc

    def to_json(self):
        program = {**self.program, "entry": self.program["blocks"][0]["start_pc"]}
        results = iter(run_kernel(program, self.grid, self.block, self.shared, self.arguments))
        args = [{"buffer": value.hex(), "expect": next(results).hex()} if kind == "buffer"
                else {kind: value} for kind, value in self.arguments]
        launch = {"grid": self.grid, "block": self.block}
        if self.shared:
            launch["shared"] = self.shared
        return {"name": self.name, "program": self.program, "launch": {**launch, "args": args}}


# Layout: one block, region or hart a line.


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def write_list(items, indent):
    if not items:
        return "[]"
    return "[\n" + ",\n".join(" " * (indent + 1) + compact(item) for item in items) + "]"


def write_fields(fields, indent):
    lines = []
    for name, value in fields.items():
        if name == "program":
            text = "{" + write_fields(value, indent + 1) + "}"
        elif name in ("blocks", "regions", "harts"):
            text = write_list(value, indent)
        else:
            text = compact(value)
        lines.append(f'"{name}": {text}')
    return (",\n" + " " * indent).join(lines)


def write_suite(name, tests):
    """The text of a conformance file."""
    bodies = ["  {" + write_fields(test.to_json(), 3) + "}" for test in tests]
    return '{"op": ' + compact(name) + ',\n "tests": [\n' + ",\n".join(bodies) + "]}\n"
