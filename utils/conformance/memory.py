# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads, stores and atomic ops."""

from .machine import BadOp, MASK, Stop, op, signed


def address(m, o):
    return (m.x(o["base"]) + o["offset"]) & MASK


def check_atomic(m, ea, size, sizes=(1, 2, 4, 8)):
    """The checks of an atomic access that come before the memory map."""
    if size not in sizes:
        raise BadOp()
    if ea % size:
        raise Stop("AlignFault", ea)


def load(m, ea, size, flags):
    if size in (1, 2, 4, 8) and flags["atomic"]:
        check_atomic(m, ea, size)
    return m.load(ea, size, flags["align"])


def store(m, ea, size, value, flags):
    if size in (1, 2, 4, 8) and flags["atomic"]:
        check_atomic(m, ea, size)
    m.store(ea, size, value, flags["align"])


@op("Load")
def _(m, o):
    m.set_x(o["dst"], load(m, address(m, o), o["size"], o["flags"]))


@op("Store")
def _(m, o):
    store(m, address(m, o), o["size"], m.x(o["src"]), o["flags"])


@op("Fload")
def _(m, o):
    bits = m.load(address(m, o), o["size"], sizes=(4, 8))
    m.set_f(o["dst"], bits | 0xFFFFFFFF00000000 if o["size"] == 4 else bits)


@op("Fstore")
def _(m, o):
    m.store(address(m, o), o["size"], m.f(o["src"]), sizes=(4, 8))


# What an atomic op makes of the old value and the operand, both of bits bits.
RMW = {
    "Add": lambda a, b, bits: a + b,
    "Sub": lambda a, b, bits: a - b,
    "And": lambda a, b, bits: a & b,
    "Or": lambda a, b, bits: a | b,
    "Xor": lambda a, b, bits: a ^ b,
    "Xchg": lambda a, b, bits: b,
    "Swap": lambda a, b, bits: b,
    "Min": lambda a, b, bits: min(a, b),
    "Minu": lambda a, b, bits: min(a, b),
    "Max": lambda a, b, bits: max(a, b),
    "Maxu": lambda a, b, bits: max(a, b),
    "MinS": lambda a, b, bits: min(a, b, key=lambda v: signed(v, bits)),
    "MaxS": lambda a, b, bits: max(a, b, key=lambda v: signed(v, bits)),
}


def update(m, ea, size, function):
    """Reads, applies function and writes; gives the old value. An access that
    may not write faults even where function would leave memory as it is."""
    old = m.load(ea, size)
    m.access(ea, size, True)
    new = function(old)
    if new is not None:
        m.store(ea, size, new)
    return old


def rmw(m, o):
    size, ea = o["size"], m.x(o["base"])
    if o["op"] not in RMW:
        raise BadOp()
    check_atomic(m, ea, size)
    operand = m.x(o["src"]) & (1 << 8 * size) - 1
    return update(m, ea, size, lambda old: RMW[o["op"]](old, operand, 8 * size))


def compare_exchange(m, o):
    size, ea = o["size"], m.x(o["base"])
    check_atomic(m, ea, size)
    expected, new = m.x(o["expected"]) & (1 << 8 * size) - 1, m.x(o["new"])
    old = update(m, ea, size, lambda old: new if old == expected else None)
    return old, int(old == expected)


@op("AtomicRMW", "AtomicRMWOrder", "Atomic")
def _(m, o):
    m.set_x(o["dst"], rmw(m, o))


@op("AtomicRmwFlag")
def _(m, o):
    m.set_x(o["dst_old"], rmw(m, o))
    m.set_x(o["dst_flag"], 1)


@op("AtomicCmpXchg", "AtomicCmpXchgOrder")
def _(m, o):
    m.set_x(o["dst"], compare_exchange(m, o)[0])


@op("AtomicCmpXchgFlag")
def _(m, o):
    old, equal = compare_exchange(m, o)
    m.set_x(o["dst_old"], old)
    m.set_x(o["dst_flag"], equal)


@op("AtomicLoadReserve")
def _(m, o):
    ea, size = address(m, o), o["size"]
    check_atomic(m, ea, size, (4, 8))
    value = m.load(ea, size)
    m.reservation = (ea, size, value)
    m.set_x(o["dst"], value)


@op("AtomicStoreCond")
def _(m, o):
    ea, size, value = address(m, o), o["size"], m.x(o["src"])
    check_atomic(m, ea, size, (4, 8))
    stored = False
    if m.reservation and m.reservation[:2] == (ea, size):
        expected = m.reservation[2]
        stored = update(m, ea, size, lambda old: value if old == expected else None) == expected
    m.reservation = None
    m.set_x(o["dst_flag"], int(not stored))
