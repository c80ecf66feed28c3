# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Terminators, side exits, operands, CSRs and what the system sees."""

from . import integer
from .machine import BadOp, CALL_DEPTH, MASK, Stop, op, signed
from .memory import load, store
from .softfloat import F64

# Terminators.


@op("Ret")
def _(m, o):
    if not m.calls:
        raise Stop("Return", next_pc=m.pc)
    return m.calls.pop()


@op("Jmp")
def _(m, o):
    return o["target"]


@op("JmpReg")
def _(m, o):
    return (m.x(o["base"]) + o["offset"]) & MASK


@op("CondJmp")
def _(m, o):
    return o["target_true"] if m.x(o["cond"]) else o["target_false"]


@op("Call")
def _(m, o):
    if len(m.calls) == CALL_DEPTH:
        raise Stop("Call", o["ret_pc"], next_pc=o["target"])
    m.calls.append(o["ret_pc"])
    return o["target"]


@op("Fault")
def _(m, o):
    raise Stop("Fault", o["cause"])


@op("Interrupt")
def _(m, o):
    raise Stop("Interrupt", o["vector"])


# Side exits.

TAKEN = {
    "Beq": lambda a, b: a == b,
    "Bne": lambda a, b: a != b,
    "Blt": lambda a, b: signed(a) < signed(b),
    "Bge": lambda a, b: signed(a) >= signed(b),
    "Bltu": lambda a, b: a < b,
    "Bgeu": lambda a, b: a >= b,
}


@op(*TAKEN)
def _(m, o, name):
    return o["target"] if TAKEN[name](m.x(o["src1"]), m.x(o["src2"])) else None


# Operands.

OPERATORS = {
    **{name: integer.BINARY[name] for name in ("Add", "Sub", "Mul", "And", "Or", "Xor")},
    "Div": lambda a, b: integer.div(a, b, True),
    "Rem": lambda a, b: integer.rem(a, b, True),
    "ShiftLeft": lambda a, b: a << (b & 63),
    "ShiftRightLogical": lambda a, b: a >> (b & 63),
    "ShiftRightArithmetic": lambda a, b: signed(a) >> (b & 63),
    "Equal": integer.COMPARE["CmpEq"],
    "NotEqual": integer.COMPARE["CmpNe"],
    "LessThan": integer.COMPARE["CmpLt"],
    "LessThanUnsigned": integer.COMPARE["CmpLtU"],
    "GreaterEqual": integer.COMPARE["CmpGe"],
    "GreaterEqualUnsigned": integer.COMPARE["CmpGeU"],
    "FAdd": F64.add, "FSub": F64.sub, "FMul": F64.mul, "FDiv": F64.div,
}


def apply(m, operator, left, right):
    if not isinstance(operator, str):
        raise Stop("Unsupported")
    left = evaluate(m, left)
    return int(OPERATORS[operator](left, evaluate(m, right))) & MASK


def evaluate(m, operand):
    """The value of an operand expression."""
    if operand == "None":
        raise BadOp()
    (kind, value), = operand.items()
    if kind in ("Register", "Reg"):
        return m.x(value)
    if kind in ("Immediate", "Imm64"):
        return value & MASK
    if kind == "Memory":
        return m.load((m.x(value["base"]) + value["offset"]) & MASK, value["size"])
    return apply(m, value["op"], value["left"], value["right"])


def evaluate_address(m, operand):
    if isinstance(operand, dict) and "Memory" in operand:
        value = operand["Memory"]
        return (m.x(value["base"]) + value["offset"]) & MASK
    return evaluate(m, operand)


def branch(m, o):
    if o["link"]:
        raise BadOp()
    return evaluate(m, o["target"])


@op("Branch")
def _(m, o):
    return branch(m, o)


@op("CondBranch")
def _(m, o):
    return branch(m, o) if evaluate(m, o["condition"]) else None


@op("BinaryOp")
def _(m, o):
    m.set_x(o["dest"], apply(m, o["op"], o["src1"], o["src2"]))


@op("LoadExt")
def _(m, o):
    m.set_x(o["dest"], load(m, evaluate_address(m, o["addr"]), o["size"], o["flags"]))


@op("StoreExt")
def _(m, o):
    value = evaluate(m, o["value"])
    store(m, evaluate_address(m, o["addr"]), o["size"], value, o["flags"])


# CSRs. 1 and 2 are views of bits 4..0 and 7..5 of 3: number -> (shift, mask).

VIEWS = {1: (0, 0x1F), 2: (5, 0x7), 3: (0, 0xFF)}
BARRIER_CSR = 0x800


def gpu_csr(m, csr):
    """What a CSR that stands for a GPU op reads as; None for any other."""
    p = m.position
    if 0xCC0 <= csr < 0xCD0 and csr % 4 < 3:
        return (p.thread, p.block, p.block_dim, p.grid_dim)[(csr - 0xCC0) // 4][csr % 4]
    if csr == 0xCD0:
        return 0
    if csr == 0xCD2:
        return p.shared_base
    return p.linear_id() if csr == 0xF14 else None


def read_csr(m, csr):
    if csr in VIEWS:
        shift, mask = VIEWS[csr]
        return m.csrs.get(3, 0) >> shift & mask
    position = gpu_csr(m, csr)
    return m.csrs.get(csr, 0) if position is None else position


def write_csr(m, csr, value):
    if csr in VIEWS:
        shift, mask = VIEWS[csr]
        m.csrs[3] = m.csrs.get(3, 0) & ~(mask << shift) | (value & mask) << shift
    else:
        m.csrs[csr] = value & MASK


@op("CsrRead")
def _(m, o):
    m.set_x(o["dst"], read_csr(m, o["csr"]))


@op("CsrWrite")
def _(m, o):
    if o["csr"] == BARRIER_CSR:
        m.barrier = True
    else:
        write_csr(m, o["csr"], m.x(o["src"]))


@op("CsrSet")
def _(m, o):
    write_csr(m, o["csr"], read_csr(m, o["csr"]) | m.x(o["src"]))


@op("CsrClear")
def _(m, o):
    write_csr(m, o["csr"], read_csr(m, o["csr"]) & ~m.x(o["src"]))


@op("CsrWriteImm", "CsrSetImm", "CsrClearImm")
def _(m, o, name):
    old, imm = read_csr(m, o["csr"]), o["imm"]
    write_csr(m, o["csr"], {"CsrWriteImm": imm, "CsrSetImm": old | imm,
                            "CsrClearImm": old & ~imm}[name])
    if o["dst"] != 0:
        m.set_x(o["dst"], old)


# System.


@op("SysCall", "DebugBreak", "SysMret", "SysSret")
def _(m, o, name):
    status = {"SysCall": "Syscall", "DebugBreak": "Breakpoint", "SysMret": "Mret",
              "SysSret": "Sret"}[name]
    raise Stop(status, resume_after=True)


@op("SysWfi", "TlbFlush", "Fence")
def _(m, o):
    pass


@op("Cpuid")
def _(m, o):
    for field in ("dst_eax", "dst_ebx", "dst_ecx", "dst_edx"):
        m.set_x(o[field], 0)


@op("VendorLoad", "VendorStore", "VendorMatrixOp", "VendorConfig", "VendorVectorOp")
def _(m, o):
    raise Stop("Unsupported")


# PSTATE.


@op("ReadPstateFlags")
def _(m, o):
    m.set_x(o["dst"], m.nzcv)


@op("WritePstateFlags")
def _(m, o):
    m.nzcv = m.x(o["src"]) & 0xF0000000


@op("EvalCondition")
def _(m, o):
    n, z, c, v = (bool(m.nzcv >> bit & 1) for bit in (31, 30, 29, 28))
    holds = (z, c, n, v, c and not z, n == v, not z and n == v, True)
    cond = o["cond"] & 15
    # Odd conditions are the opposites of the even ones, but 15 is always, too.
    m.set_x(o["dst"], int(cond == 15 or holds[cond // 2] != (cond & 1 == 1)))


# GPU.


@op("GpuThreadId")
def _(m, o):
    m.set_x(o["dst"], m.position.thread[o["dim"]])


@op("GpuBlockId")
def _(m, o):
    m.set_x(o["dst"], m.position.block[o["dim"]])


@op("GpuBlockDim")
def _(m, o):
    m.set_x(o["dst"], m.position.block_dim[o["dim"]])


@op("GpuGridDim")
def _(m, o):
    m.set_x(o["dst"], m.position.grid_dim[o["dim"]])


@op("GpuGlobalId")
def _(m, o):
    p, dim = m.position, o["dim"]
    m.set_x(o["dst"], p.block[dim] * p.block_dim[dim] + p.thread[dim])


@op("GpuLaneId")
def _(m, o):
    m.set_x(o["dst"], 0)


@op("GpuBarrier")
def _(m, o):
    m.barrier = True


@op("GpuSharedBase")
def _(m, o):
    m.set_x(o["dst"], m.position.shared_base)
