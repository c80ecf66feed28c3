# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A hart that executes a program, straight from the rules."""

import inspect

MASK = (1 << 64) - 1
CALL_DEPTH = 32
SENTINEL = 0xFFFFFFFFFFFFFFF0
SEMANTICS = {}


def op(*names):
    """Registers a function of (machine, fields[, name]) for ops or terminators."""
    def register(function):
        takes_name = len(inspect.signature(function).parameters) == 3
        for name in names:
            assert name not in SEMANTICS, name
            SEMANTICS[name] = (lambda m, o, n=name: function(m, o, n)) if takes_name else function
        return function
    return register


def signed(value, bits=64):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class Stop(Exception):
    """An exit at the op that runs."""

    def __init__(self, status, detail=0, resume_after=False, access=(0, False), next_pc=None):
        super().__init__(status)
        self.status, self.detail, self.resume_after = status, detail, resume_after
        self.access, self.next_pc = access, next_pc


class BadOp(Stop):
    def __init__(self):
        super().__init__("BadOp")


class Region:
    def __init__(self, base, size, readable=True, writable=True, shared=False, data=b""):
        self.base, self.size, self.readable = base, size, readable
        self.writable, self.shared = writable, shared
        self.initial = data + bytes(size - len(data))
        self.data = bytearray(self.initial)

    def has(self, address, size):
        return self.base <= address and address + size <= self.base + self.size

    def copy(self):
        return Region(self.base, self.size, self.readable, self.writable, self.shared,
                      bytes(self.initial))


class Position:
    """Where a thread of a grid is."""

    def __init__(self, thread, block, block_dim, grid_dim, shared_base):
        self.thread, self.block, self.block_dim = thread, block, block_dim
        self.grid_dim, self.shared_base = grid_dim, shared_base

    def linear_id(self):
        def linear(at, extent):
            return at[0] + extent[0] * (at[1] + extent[1] * at[2])
        threads = self.block_dim[0] * self.block_dim[1] * self.block_dim[2]
        return linear(self.block, self.grid_dim) * threads + linear(self.thread, self.block_dim)


class Machine:
    def __init__(self, program, regions, return_pc, position=None):
        self.blocks = {block["start_pc"]: block for block in program["blocks"]}
        self.zero_reg = program.get("zero_reg", True)
        self.regions, self.return_pc, self.position = regions, return_pc, position
        self.xs, self.fs, self.nzcv, self.csrs = [0] * 32, [0] * 32, 0, {}
        self.temporaries, self.calls, self.reservation = {}, [], None
        self.exit, self.pc, self.barrier = None, None, False

    # Registers.

    def x(self, reg):
        reg = reg >> 16 if reg >= 65536 else reg
        if reg == 0 and self.zero_reg:
            return 0
        return self.xs[reg] if reg < 32 else self.temporaries.get(reg, 0)

    def set_x(self, reg, value):
        reg = reg >> 16 if reg >= 65536 else reg
        if reg == 0 and self.zero_reg:
            return
        if reg < 32:
            self.xs[reg] = value & MASK
        else:
            self.temporaries[reg] = value & MASK

    def f(self, reg):
        return self.fs[reg]

    def set_f(self, reg, value):
        self.fs[reg] = value & MASK

    # Memory.

    def access(self, address, size, is_store, align=0, sizes=(1, 2, 4, 8)):
        """The region of an access that passes all checks."""
        if size not in sizes:
            raise BadOp()
        if align == 0 and self.position:
            align = size
        if align > 1 and address % align:
            raise Stop("AlignFault", address)
        for region in self.regions:
            if region.has(address, size) and (region.writable if is_store else region.readable):
                return region
        raise Stop("MemoryFault", address, access=(size, is_store))

    def load(self, address, size, align=0, sizes=(1, 2, 4, 8)):
        region = self.access(address, size, False, align, sizes)
        at = address - region.base
        return int.from_bytes(region.data[at:at + size], "little")

    def store(self, address, size, value, align=0, sizes=(1, 2, 4, 8)):
        region = self.access(address, size, True, align, sizes)
        at = address - region.base
        region.data[at:at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")

    # Execution.

    def end(self, status, pc, index, next_pc, next_op, detail=0, access=(0, False)):
        self.exit = {"status": status, "pc": pc, "op_index": index, "detail": detail,
                     "access_size": access[0], "store": access[1],
                     "next_pc": next_pc, "next_op": next_op}

    def go(self, source, index, target):
        """The block at target, or None and an exit."""
        if target in self.blocks and target != self.return_pc:
            self.temporaries = {}
            return self.blocks[target]
        status = "Return" if target == self.return_pc else "LeftRegion"
        self.end(status, source, index, target, 0)
        return None

    def step(self, item):
        """Executes an op or a terminator; gives where control goes, or None."""
        name, fields = (item, {}) if isinstance(item, str) else next(iter(item.items()))
        return SEMANTICS[name](self, fields)

    def run(self, entry):
        """Runs to the exit. A generator: yields at every barrier."""
        block = self.go(entry, 0, entry)
        while block:
            pc = self.pc = block["start_pc"]
            target = None
            items = block["ops"] + [block["term"]]
            for index, item in enumerate(items):
                try:
                    target = self.step(item)
                except Stop as stop:
                    next_pc = pc if stop.next_pc is None else stop.next_pc
                    next_op = 0 if stop.next_pc is not None else index + stop.resume_after
                    self.end(stop.status, pc, index, next_pc, next_op, stop.detail, stop.access)
                    return
                if self.barrier:
                    self.barrier = False
                    yield
                if target is not None:
                    break
            block = self.go(pc, index, target)


def run_hart(machine, entry):
    for _ in machine.run(entry):
        assert machine.position is None or machine.position.block_dim == (1, 1, 1)


PARAM_SIZE = {"i32": 4, "i64": 8, "f32": 4, "f64": 8, "buffer": 8}


def run_kernel(program, grid, block, shared_bytes, arguments):
    """Runs a grid; arguments are (type, value), of buffers a bytes object. Gives
    the bytes of all buffers afterwards. Threads take turns at barriers."""
    buffers, ints, floats = [], [], []
    for kind, value in arguments:
        if kind == "buffer":
            buffers.append(Region(0x7F0000000000 + 0x100000 * len(buffers), len(value), data=value))
            ints.append(buffers[-1].base)
        elif kind in ("i32", "i64"):
            ints.append(signed(value, 32) & MASK if kind == "i32" else value)
        else:
            floats.append(value | 0xFFFFFFFF00000000 if kind == "f32" else value)
    assert len(ints) <= 8 and len(floats) <= 8
    segments = [Region(s["addr"], len(s["bytes"]) // 2, writable=s.get("writable", False),
                       data=bytes.fromhex(s["bytes"])) for s in program.get("segments", [])]
    shared_size = program.get("shared_bytes", 0) + shared_bytes
    for place in positions(grid):
        shared = [Region(0x600000000000, shared_size)] if shared_size else []
        machines = []
        for thread in positions(block):
            where = Position(thread, place, tuple(block), tuple(grid), 0x600000000000)
            machine = Machine(program, buffers + segments + shared, SENTINEL, where)
            machine.xs[1] = SENTINEL
            machine.xs[10:10 + len(ints)] = ints
            machine.fs[10:10 + len(floats)] = floats
            machines.append(machine)
        run_block(machines, program["entry"])
    return [bytes(buffer.data) for buffer in buffers]


def positions(extent):
    return [(x, y, z) for z in range(extent[2]) for y in range(extent[1])
            for x in range(extent[0])]


def run_block(machines, entry):
    runs = [machine.run(entry) for machine in machines]
    while runs:
        waiting = [run for run in runs if next(run, "ended") is None]
        assert len(waiting) in (0, len(runs)), "divergent barrier"
        runs = waiting
    for machine in machines:
        assert machine.exit["status"] == "Return", machine.exit
