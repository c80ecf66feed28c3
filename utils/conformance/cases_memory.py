# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of loads, stores and atomic ops."""

from .forms import MARK, MAX, MIN, Operands, get_forms, limited
from .machine import MASK, Region
from .memory import RMW
from .suite import HartTest, flags, make

DATA, READ_ONLY, WRITE_ONLY, NEXT, TOP = 0x10000, 0x20000, 0x30000, 0x10040, (1 << 64) - 0x20
PATTERN = bytes(range(0x80, 0xC0))
ORDERS = ("None", "Acquire", "Release", "AcqRel", "SeqCst")
BAD_SIZES = (0, 3, 5, 7, 16, 64, 128, 255)


def regions():
    """Memory with every kind of edge: a neighbour, other permissions, the last
    address that there is."""
    return [Region(DATA, 0x40, data=PATTERN), Region(NEXT, 0x20, data=PATTERN[:0x20]),
            Region(READ_ONLY, 0x20, writable=False, data=PATTERN[:0x20]),
            Region(WRITE_ONLY, 0x20, readable=False, data=PATTERN[:0x20]),
            Region(TOP, 0x20, data=PATTERN[:0x20])]


def places(size):
    """Addresses inside, at the edges of and outside the regions."""
    return [DATA, DATA + 8, DATA + 0x40 - size, DATA + 0x40 - size + 1, DATA + 0x3F, DATA - 1,
            DATA + 1 - size, NEXT, NEXT + 0x20 - size, NEXT + 0x20, READ_ONLY, READ_ONLY + 0x10,
            WRITE_ONLY, WRITE_ONLY + 0x10, TOP, TOP + 0x20 - size, TOP + 0x20 - size + 1, MASK,
            TOP - 1, 0, 1, MIN, MAX, 0x100010000]


class Access:
    """A test of an op that loads or stores at X[6] and works with register 7,
    of either file, that some op prepares."""

    def __init__(self, name, title):
        self.row, self.test = Operands(name).row, HartTest(title, regions())
        self.name = name

    def make(self, **fields):
        usual = {"base": 6, "offset": 0, "size": 4, "dst": 7, "src": 7, "flags": flags()}
        return make(self.name, **{field: fields.get(field, usual[field])
                                  for _, field in self.row.fields})

    def block(self, **fields):
        return self.test.block(self.make(**fields), make("MovImm", dst=31, imm=1))

    def hart(self, pc, address, value=0x1122334455667788):
        if self.name in ("Fload", "Fstore"):
            self.test.hart(pc, x={6: address}, f={7: value})
        else:
            self.test.hart(pc, x={6: address, 7: value})


def place_test(name, sizes):
    access = Access(name, "addresses")
    for size in sizes:
        pc = access.block(size=size)
        for address in places(size):
            access.hart(pc, address)
    return access.test


def second_test(name, sizes):
    """An engine may remember where the accesses of a register go."""
    access = Access(name, "accesses by a register that pointed elsewhere before")
    first = make("Load", dst=8, base=6, offset=0, size=1, flags=flags())
    then = make("Mov", dst=6, src=9)
    for size in sizes:
        second = access.test.block(access.make(size=size))
        pc = access.test.block(first, then, term={"Jmp": {"target": second}})
        for before in (DATA, NEXT + 0x10, READ_ONLY + 0x1F, TOP):
            for address in places(size):
                registers = {6: before, 9: address}
                value = {7: 0x1122334455667788}
                if name in ("Fload", "Fstore"):
                    access.test.hart(pc, x=registers, f=value)
                else:
                    access.test.hart(pc, x={**registers, **value})
    return access.test


def group_test(name, sizes):
    """An engine may test several accesses at once; those before the one that
    faults have been made."""
    access = Access(name, "accesses at distances from one address")
    for size in sizes:
        pc = access.test.block(
            make("Load", dst=8, base=6, offset=-8, size=8, flags=flags()), access.make(size=size),
            make("Store", src=8, base=6, offset=4, size=4, flags=flags()),
            access.make(offset=3, size=size),
            make("Load", dst=9, base=6, offset=16, size=1, flags=flags()))
        for address in places(size):
            for distance in (0, 8, -16):
                access.hart(pc, (address + distance) & MASK)
    return access.test


def offset_test(name, size):
    access = Access(name, "offsets")
    for base, offset in ((DATA, 0), (DATA + 16, -16), (0, DATA), (MASK, DATA + 1),
                         (MIN + DATA, -MIN), (DATA + 1 + MIN, MAX), (TOP, 0x20), (TOP, 0x1C),
                         (DATA, 0x40), (DATA, -1), (2 * DATA, -DATA), (4, -8), (4, 0x7FFFFFFF)):
        access.hart(access.block(offset=offset, size=size), base)
    return access.test


def size_test(name, sizes):
    access = Access(name, "sizes without a meaning")
    for size in sizes:
        pc = access.block(size=size)
        for address in (DATA, 3):
            access.hart(pc, address)
    return access.test


def misaligned_test(name, sizes):
    access = Access(name, "misaligned addresses")
    for size in sizes:
        pc = access.block(size=size)
        for address in range(DATA + 1, DATA + size):
            access.hart(pc, address)
    return access.test


def align_test(name):
    access = Access(name, "promised alignment")
    for align in (1, 2, 3, 4, 8, 32, 128, 255):
        pc = access.block(size=4, flags=flags(align=align))
        for address in (DATA, DATA + 1, DATA + 2, DATA + 4, DATA + 8, 0x11, 0xFF00):
            access.hart(pc, address)
    # Size comes first, then alignment, then the map.
    access.hart(access.block(size=3, flags=flags(align=8)), 1)
    return access.test


def flag_test(name):
    access = Access(name, "volatile accesses and fences")
    for changed in ({"volatile": True}, {"fence_before": True}, {"fence_after": True},
                    {"volatile": True, "fence_before": True, "fence_after": True, "align": 1},
                    {"order": "SeqCst"}, {"order": "Acquire"}):
        pc = access.block(size=8, flags=flags(**changed))
        for address in (DATA, DATA + 3, DATA + 0x39):
            access.hart(pc, address)
    return access.test


def atomic_access_test(name):
    access = Access(name, "single-copy atomic accesses")
    for size in (1, 2, 4, 8):
        for order in ORDERS:
            access.hart(access.block(size=size, flags=flags(atomic=True, order=order)), DATA + 8)
        pc = access.block(size=size, flags=flags(atomic=True, align=1, volatile=True))
        for address in (DATA + 1, DATA + 2, DATA + 4, DATA + 0x40, READ_ONLY, WRITE_ONLY, 3,
                        MASK & ~7, MASK):
            access.hart(pc, address)
    pc = access.block(size=4, flags=flags(atomic=True, align=16, fence_before=True,
                                          fence_after=True, order="AcqRel"))
    for address in (DATA, DATA + 4, DATA + 6, DATA + 16):
        access.hart(pc, address)
    access.hart(access.block(size=3, flags=flags(atomic=True)), DATA + 1)
    return access.test


def alias_test(name, extra):
    """Operands in one register; every X register may be an address."""
    operands, test = Operands(name), HartTest("register forms", regions())
    forms = limited(get_forms(operands), 16)
    raw = {field: reg << 16 | 1 if operands.file(field) == "X" else reg
           for field, reg in operands.usual.items()}
    for registers in [*forms, raw]:
        pc = test.block(operands.make(extra, registers), make("MovImm", dst=30, imm=1))
        values = [DATA + 8 if field == "base" else 0x0102030405060708
                  for field in operands.sources]
        inputs = operands.inputs(registers, values)
        # The base is an address also where another operand is the same register.
        if registers["base"] != 0:
            inputs["x"][registers["base"] >> 16 or registers["base"]] = DATA + 8
        test.hart(pc, **inputs)
    return test


def zero_base_test(name, extra):
    """Register 0 as an ordinary register."""
    operands, test = Operands(name), HartTest("register 0 is ordinary", regions(), zero_reg=False)
    for field in operands.usual:
        if operands.file(field) != "X":
            continue
        registers = {**operands.usual, field: 0}
        values = [DATA + 8 if other == "base" else 0x0102030405060708
                  for other in operands.sources]
        test.hart(test.block(operands.make(extra, registers)), **operands.inputs(registers, values))
    return test


def sequence_test():
    """Bytes that are stored are what later loads see, little-endian."""
    test = HartTest("stores are seen by loads", regions())
    store = make("Store", src=7, base=6, offset=0, size=8, flags=flags())
    narrow = make("Store", src=7, base=6, offset=3, size=2, flags=flags())
    loads = [make("Load", dst=10 + at, base=6, offset=at, size=1, flags=flags()) for at in range(8)]
    loads.append(make("Load", dst=20, base=6, offset=1, size=8, flags=flags()))
    pc = test.block(store, narrow, *loads)
    for address in (DATA, DATA + 5, TOP, TOP + 0x17, TOP + 0x18):
        test.hart(pc, x={6: address, 7: 0x1122334455667788})
    return test


def plain_access(name):
    tests = [place_test(name, (1, 2, 4, 8)), second_test(name, (1, 8)), group_test(name, (8,)),
             offset_test(name, 4), size_test(name, BAD_SIZES),
             misaligned_test(name, (2, 4, 8)), align_test(name),
             flag_test(name), atomic_access_test(name), alias_test(name, {"offset": 0, "size": 8, "flags": flags()}),
             zero_base_test(name, {"offset": 0, "size": 8, "flags": flags()}), sequence_test()]
    return tests


def float_access(name):
    extra = {"offset": 0, "size": 4}
    access = Access(name, "values")
    for size in (4, 8):
        pc = access.block(size=size)
        for value in (0, MASK, 0x7FF0000000000001, 0xFFFFFFFF7F800001, 0x3F800000, MARK):
            access.hart(pc, DATA, value)
    # What is loaded is bits: a signalling NaN stays one.
    data = bytes.fromhex("010080ff000000800100f0ff000000000000807f")
    bits = HartTest("patterns in memory", [Region(DATA, 0x20, data=data)])
    store = make("Fstore", src=7, base=6, offset=8, size=8)
    for size in (4, 8):
        pc = bits.block(make("Fload", dst=7, base=6, offset=0, size=size), store)
        for address in range(DATA, DATA + 0x14, 4):
            bits.hart(pc, x={6: address})
    return [access.test, bits, place_test(name, (4, 8)), second_test(name, (4,)),
            group_test(name, (4,)), offset_test(name, 8), size_test(name, (1, 2, *BAD_SIZES)),
            misaligned_test(name, (4, 8)), alias_test(name, extra), zero_base_test(name, extra)]


# Atomic ops. The address is in X[6].

VALUES = [0, 1, MASK, MIN, MAX, 0x80808080_80808080, 0x7F7F7F7F_7F7F7F7F, 0x00000000_80000000]


class Atomic:
    """Blocks of one atomic op with X[6] as the address and X[7], X[8] as values."""

    def __init__(self, name, title, test_regions=None):
        self.name = name
        self.fields = [field for _, field in Operands(name).row.fields]
        self.test = HartTest(title, test_regions or regions())

    def make(self, **fields):
        usual = {"base": 6, "src": 7, "expected": 7, "new": 8, "dst": 5, "dst_old": 5,
                 "dst_flag": 9, "size": 8, "op": "Add", "offset": 0, "flags": flags()}
        return make(self.name, **{field: fields.get(field, usual[field]) for field in self.fields})

    def block(self, **fields):
        return self.test.block(self.make(**fields), make("MovImm", dst=31, imm=1))

    def hart(self, pc, address, first=0x0123456789ABCDEF, second=0x7766554433221100):
        x = {6: address, 7: first, 9: MARK}
        self.test.hart(pc, x={**x, 8: second} if "new" in self.fields else x)


def atomic_places(size):
    return [DATA, DATA + 0x40 - size, DATA + size, NEXT, READ_ONLY, WRITE_ONLY, TOP + 0x20 - size,
            DATA - size, NEXT + 0x20, 0, MASK + 1 - size, DATA + 0x3F, DATA + 1, 1, READ_ONLY + 1,
            MIN, 0x100010000]


def atomic_place_test(name, sizes=(1, 2, 4, 8)):
    atomic = Atomic(name, "addresses")
    for size in sizes:
        pc = atomic.block(size=size)
        for address in atomic_places(size):
            atomic.hart(pc, address)
    return atomic.test


def atomic_size_test(name, sizes):
    atomic = Atomic(name, "sizes without a meaning")
    for size in sizes:
        pc = atomic.block(size=size)
        for address in (DATA, 1):
            atomic.hart(pc, address)
    return atomic.test


def order_test(name):
    atomic = Atomic(name, "orders and fences")
    for order in ORDERS:
        atomic.hart(atomic.block(size=4, flags=flags(order=order)), DATA)
    for changed in ({"fence_before": True}, {"fence_after": True}, {"volatile": True},
                    {"atomic": True, "order": "AcqRel", "fence_before": True,
                     "fence_after": True}):
        for size in (1, 8):
            atomic.hart(atomic.block(size=size, flags=flags(**changed)), DATA + 8)
    return atomic.test


def memory_of(values):
    data = b"".join(value.to_bytes(8, "little") for value in values)
    return [Region(DATA, len(data), data=data)]


def rmw_value_test(name):
    """Every operation at every size, on operands that differ above the size."""
    atomic = Atomic(name, "operations", memory_of(VALUES))
    for operation in RMW:
        for size in (1, 2, 4, 8):
            pc = atomic.block(op=operation, size=size)
            # The op that others are other names of gets most.
            values = (1, MIN, 0x5A5A5A5A_80808080)[:3 if name == "AtomicRMW" else 2]
            for i, value in enumerate(values):
                place = (3 * i + size) % len(VALUES)
                atomic.hart(pc, DATA + 8 * place + (8 - size), value)
    return atomic.test


def rmw_cmpxchg_test(name):
    atomic = Atomic(name, "CmpXchg is no operation of this op")
    for size in (1, 4, 8, 3):
        pc = atomic.block(op="CmpXchg", size=size)
        for address in (DATA, DATA + 1, 0):
            atomic.hart(pc, address)
    return atomic.test


def rmw_shared_test(name):
    """Many harts on one counter: each of them counts."""
    shared = [Region(DATA, 0x20, shared=True)]
    atomic = Atomic(name, "a counter that harts share", shared)
    blank = {"dst": 0, "dst_old": 0, "dst_flag": 0}
    add = atomic.test.block(*[atomic.make(op="Add", size=8, **blank)] * 3)
    small = atomic.test.block(*[atomic.make(op="Add", size=2, **blank)] * 3)
    largest = atomic.test.block(atomic.make(op="MaxS", size=4, **blank))
    for i in range(40):
        atomic.test.hart((add, small, largest)[i % 3], x={6: DATA + (0, 10, 16)[i % 3], 7: i + 1})
    return atomic.test


def rmw(name):
    extra = {"op": "Sub", "size": 8}
    extra.update({"flags": flags()} if name == "AtomicRMWOrder" else {})
    tests = [rmw_value_test(name), atomic_place_test(name), atomic_size_test(name, BAD_SIZES),
             rmw_cmpxchg_test(name), alias_test(name, extra), zero_base_test(name, extra),
             rmw_shared_test(name)]
    return tests + ([order_test(name)] if name == "AtomicRMWOrder" else [])


def exchange_value_test(name):
    atomic = Atomic(name, "values", memory_of(VALUES))
    for size in (1, 2, 4, 8):
        pc = atomic.block(size=size)
        for i, value in enumerate(VALUES[:6]):
            # Equal in the low bytes, and then different there.
            for expected in (value, value ^ (1 << 8 * size) if size < 8 else value, value ^ 1,
                             value ^ (1 << 8 * size - 1)):
                atomic.hart(pc, DATA + 8 * i, expected, MARK)
    return atomic.test


def exchange_failure_test(name):
    """An exchange that fails needs the permission to write, too."""
    atomic = Atomic(name, "permissions")
    old = int.from_bytes(PATTERN[:8], "little")
    for size in (4, 8):
        pc = atomic.block(size=size)
        for address in (READ_ONLY, WRITE_ONLY, DATA):
            for expected in (old, old ^ 1):
                atomic.hart(pc, address, expected)
    return atomic.test


def compare_exchange(name):
    extra = {"size": 8, **({"flags": flags()} if name == "AtomicCmpXchgOrder" else {})}
    tests = [exchange_value_test(name), atomic_place_test(name), atomic_size_test(name, BAD_SIZES),
             exchange_failure_test(name), alias_test(name, extra), zero_base_test(name, extra)]
    return tests + ([order_test(name)] if name == "AtomicCmpXchgOrder" else [])


def load_reserve(name):
    extra = {"offset": 0, "size": 8, "flags": flags()}
    atomic = Atomic(name, "offsets")
    for base, offset in ((DATA + 16, -8), (0, DATA), (DATA, 2), (MIN + DATA, -MIN)):
        atomic.hart(atomic.block(offset=offset), base)
    return [atomic_place_test(name, (4, 8)), atomic.test,
            atomic_size_test(name, (1, 2, *BAD_SIZES)), order_test(name), alias_test(name, extra),
            zero_base_test(name, extra)]


def reserve(size, offset=0):
    return make("AtomicLoadReserve", dst=10, base=6, offset=offset, size=size, flags=flags())


def conditional(size, offset=0, dst_flag=9, changed=None):
    return make("AtomicStoreCond", src=7, base=6, offset=offset, size=size, dst_flag=dst_flag,
                flags=flags(**(changed or {})))


def reservation_test():
    test = HartTest("what becomes of reservations", regions())
    plain = {size: make("Store", src=11, base=6, offset=0, size=size, flags=flags())
             for size in (1, 4, 8)}
    bodies = [[conditional(4)], [conditional(8)]]
    for size in (4, 8):
        bodies += [
            [reserve(size), conditional(size)],
            # A second one finds no reservation.
            [reserve(size), conditional(size), conditional(size, dst_flag=12)],
            # Another size or address.
            [reserve(size), conditional(12 - size)],
            [reserve(size), conditional(size, 8)],
            [reserve(size), conditional(size, 8), conditional(size, dst_flag=12)],
            # Memory was written, with another value and with the same.
            [reserve(size), plain[1], conditional(size)],
            [reserve(size), plain[1], conditional(size), conditional(size, dst_flag=12)],
            [reserve(size), make("Store", src=10, base=6, offset=0, size=size, flags=flags()),
             conditional(size)],
            # The last reservation counts.
            [reserve(size), reserve(size, 8), conditional(size)],
            [reserve(size), reserve(size, 8), conditional(size, 8)],
            # A store that faults is no store: nothing after it happens.
            [reserve(size), conditional(size, 1), conditional(size)],
        ]
    for body in bodies:
        pc = test.block(*body)
        for address in (DATA, DATA + 16):
            test.hart(pc, x={6: address, 7: 0x1122334455667788, 9: MARK, 11: 0x55, 12: MARK})
    return test


def reservation_place_test():
    test = HartTest("permissions", regions())
    for size in (4, 8):
        for body in ([reserve(size), conditional(size)], [conditional(size)]):
            pc = test.block(*body)
            for address in (READ_ONLY, WRITE_ONLY, DATA - 8, 0, TOP + 0x18, DATA + 2, 3):
                test.hart(pc, x={6: address, 7: 1, 9: MARK})
    for size in (1, 2, *BAD_SIZES):
        pc = test.block(conditional(size))
        for address in (DATA, DATA + 1):
            test.hart(pc, x={6: address, 7: 1, 9: MARK})
    return test


def reservation_form_test():
    test = HartTest("register forms", regions())
    for reg in (0, 6, 7, 10, 31, 6 << 16):
        pc = test.block(reserve(8), conditional(8, dst_flag=reg))
        test.hart(pc, x={6: DATA, 7: 0x1122334455667788})
    for order in ORDERS:
        changed = {"order": order, "fence_before": True, "fence_after": True}
        pc = test.block(reserve(4), conditional(4, changed=changed))
        test.hart(pc, x={6: DATA, 7: 0x1122334455667788})
    # Reservations outlive blocks.
    second = test.block(conditional(8))
    test.hart(test.block(reserve(8), term=make("Jmp", target=second)), x={6: DATA, 7: 5})
    test.hart(test.block(reserve(8, -0x10), conditional(8, -0x10)), x={6: DATA + 0x20, 7: 5})
    return test


CASES = {
    "Load": plain_access,
    "Store": plain_access,
    **dict.fromkeys(("Fload", "Fstore"), float_access),
    **dict.fromkeys(("AtomicRMW", "AtomicRMWOrder", "AtomicRmwFlag", "Atomic"), rmw),
    **dict.fromkeys(("AtomicCmpXchg", "AtomicCmpXchgOrder", "AtomicCmpXchgFlag"),
                    compare_exchange),
    "AtomicLoadReserve": load_reserve,
    "AtomicStoreCond": lambda name: [reservation_test(), reservation_place_test(),
                                     reservation_form_test()],
}
