# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Integer, shift, comparison and lane ops."""

from .machine import MASK, BadOp, op, signed

MIN64 = 1 << 63


def div(a, b, is_signed):
    if b == 0:
        return MASK
    if not is_signed:
        return a // b
    a, b = signed(a), signed(b)
    quotient = abs(a) // abs(b)
    return (quotient if (a < 0) == (b < 0) else -quotient) & MASK


def rem(a, b, is_signed):
    if b == 0:
        return a
    if not is_signed:
        return a % b
    a, b = signed(a), signed(b)
    remainder = abs(a) % abs(b)
    return (-remainder if a < 0 else remainder) & MASK


BINARY = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "And": lambda a, b: a & b,
    "Or": lambda a, b: a | b,
    "Xor": lambda a, b: a ^ b,
    "VecAnd": lambda a, b: a & b,
    "VecOr": lambda a, b: a | b,
    "VecXor": lambda a, b: a ^ b,
}
SHIFT = {
    "Sll": lambda a, n: a << n,
    "Srl": lambda a, n: a >> n,
    "Sra": lambda a, n: signed(a) >> n,
}
COMPARE = {
    "CmpEq": lambda a, b: a == b,
    "CmpNe": lambda a, b: a != b,
    "CmpLt": lambda a, b: signed(a) < signed(b),
    "CmpLtU": lambda a, b: a < b,
    "CmpGe": lambda a, b: signed(a) >= signed(b),
    "CmpGeU": lambda a, b: a >= b,
}


@op("MulHigh")
def _(m, o):
    a, b = m.x(o["src1"]), m.x(o["src2"])
    a, b = (signed(a) if o["signed1"] else a), (signed(b) if o["signed2"] else b)
    m.set_x(o["dst"], a * b >> 64)


@op("SignExtend")
def _(m, o):
    m.set_x(o["dst"], signed(m.x(o["src"]), o["bits"]))


@op("Nop")
def _(m, o):
    pass


@op(*BINARY)
def _(m, o, name):
    m.set_x(o["dst"], BINARY[name](m.x(o["src1"]), m.x(o["src2"])))


@op("Div", "Rem")
def _(m, o, name):
    function = div if name == "Div" else rem
    m.set_x(o["dst"], function(m.x(o["src1"]), m.x(o["src2"]), o["signed"]))


@op("Not", "VecNot")
def _(m, o):
    m.set_x(o["dst"], ~m.x(o["src"]))


@op(*SHIFT)
def _(m, o, name):
    m.set_x(o["dst"], SHIFT[name](m.x(o["src"]), m.x(o["shreg"]) & 63))


@op(*(name + "Imm" for name in SHIFT))
def _(m, o, name):
    m.set_x(o["dst"], SHIFT[name[:-3]](m.x(o["src"]), o["sh"] & 63))


@op("AddImm")
def _(m, o):
    m.set_x(o["dst"], m.x(o["src"]) + o["imm"])


@op("MulImm")
def _(m, o):
    m.set_x(o["dst"], m.x(o["src"]) * o["imm"])


@op("Mov")
def _(m, o):
    m.set_x(o["dst"], m.x(o["src"]))


@op("MovImm")
def _(m, o):
    m.set_x(o["dst"], o["imm"])


@op(*COMPARE)
def _(m, o, name):
    m.set_x(o["dst"], int(COMPARE[name](m.x(o["lhs"]), m.x(o["rhs"]))))


@op("Select")
def _(m, o):
    m.set_x(o["dst"], m.x(o["true_val"] if m.x(o["cond"]) else o["false_val"]))


# Lanes.


def lane_bits(size):
    if size not in (1, 2, 4, 8):
        raise BadOp()
    return 8 * size


def split(value, bits):
    return [value >> at & (1 << bits) - 1 for at in range(0, 64, bits)]


def join(lanes, bits):
    return sum((lane & (1 << bits) - 1) << i * bits for i, lane in enumerate(lanes))


def per_lane(function, bits, *values):
    return join([function(*lanes) for lanes in zip(*(split(v, bits) for v in values))], bits)


def saturate(function, bits, is_signed):
    """function on the lanes' numbers, clamped to what a lane can hold."""
    if is_signed:
        low, high = -(1 << bits - 1), (1 << bits - 1) - 1
        return lambda a, b: max(low, min(high, function(signed(a, bits), signed(b, bits))))
    return lambda a, b: max(0, min((1 << bits) - 1, function(a, b)))


ARITHMETIC = {"Add": BINARY["Add"], "Sub": BINARY["Sub"], "Mul": BINARY["Mul"]}


@op("VecAdd", "VecSub", "VecMul")
def _(m, o, name):
    bits = lane_bits(o["element_size"])
    m.set_x(o["dst"], per_lane(ARITHMETIC[name[3:]], bits, m.x(o["src1"]), m.x(o["src2"])))


@op("VecAddSat", "VecSubSat", "VecMulSat")
def _(m, o, name):
    bits = lane_bits(o["element_size"])
    function = saturate(ARITHMETIC[name[3:6]], bits, o["signed"])
    m.set_x(o["dst"], per_lane(function, bits, m.x(o["src1"]), m.x(o["src2"])))


def shift_lanes(m, o, name, amount):
    bits = lane_bits(o["element_size"])
    amount &= bits - 1
    function = {"Shl": lambda a: a << amount, "Srl": lambda a: a >> amount,
                "Sra": lambda a: signed(a, bits) >> amount}[name]
    m.set_x(o["dst"], per_lane(function, bits, m.x(o["src"])))


@op("VecShl", "VecSrl", "VecSra")
def _(m, o, name):
    shift_lanes(m, o, name[3:], m.x(o["shift"]))


@op("VecShlImm", "VecSrlImm", "VecSraImm")
def _(m, o, name):
    shift_lanes(m, o, name[3:6], o["shift"])


def wide(m, o, function, words):
    """Saturating lanes over several registers: words of (dst, src1, src2)."""
    bits = lane_bits(o["element_size"])
    function = saturate(function, bits, o["signed"])
    results = [per_lane(function, bits, m.x(o[a]), m.x(o[b])) for _, a, b in words]
    for (dst, _, _), result in zip(words, results):
        m.set_x(o[dst], result)


@op("Vec128Add")
def _(m, o):
    wide(m, o, ARITHMETIC["Add"], [("dst_lo", "src1_lo", "src2_lo"),
                                   ("dst_hi", "src1_hi", "src2_hi")])


@op("Vec256Add", "Vec256Sub", "Vec256Mul")
def _(m, o, name):
    wide(m, o, ARITHMETIC[name[6:]],
         [(f"dst{k}", f"src1{k}", f"src2{k}") for k in range(4)])


@op("Broadcast")
def _(m, o):
    bits = lane_bits(o["size"])
    m.set_x(o["dst"], join([m.x(o["src"])] * (64 // bits), bits))
