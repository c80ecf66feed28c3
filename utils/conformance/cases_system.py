# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of CSR, system, PSTATE and vendor ops."""

from .cases_gpu import linear_id, store_at
from .control import VIEWS
from .forms import EDGES, MARK, MAX, MIN
from .machine import MASK
from .optable import TABLE
from .suite import HartTest, KernelTest, flags, make

# Plain ones at both ends of the numbers, counters, fcsr and its views.
CSRS = (0x300, 0x305, 0xC00, 0xC01, 0xC02, 0, 4, 0xFFF, 0x1000, 0xFFFF)
FCSR = 3
WORDS = [0, 1, MASK, MIN, MAX, 0x1F, 0x20, 0xE0, 0xFF, 0x100, 0x5A5A5A5A5A5A5A5A]


def mark(reg):
    return make("MovImm", dst=reg, imm=1)


def csr_source(name):
    """CsrWrite, CsrSet and CsrClear."""
    test = HartTest("CSRs and values")
    for csr in CSRS:
        pc = test.block(make(name, csr=csr, src=6), mark(30))
        for old, word in ((0, 0x33), (MARK, 0), (MARK, MASK), (0xFF00, MIN | 0x0FF0)):
            test.hart(pc, x={6: word}, csrs={csr: old} if old else {})
    several = test.block(*[make(name, csr=csr, src=6) for csr in CSRS[:3]],
                         make(name, csr=CSRS[0], src=7))
    test.hart(several, x={6: 0xF0, 7: 0x3C}, csrs={CSRS[1]: 0xFF})
    return [test, view_test(name, lambda view, word: make(name, csr=view, src=6)),
            csr_source_forms(name)]


def csr_source_forms(name):
    test = HartTest("register forms")
    for src in (0, 31, 6 << 16 | 5):
        pc = test.block(make(name, csr=0x300, src=src))
        test.hart(pc, x={0: MARK, 6: 0xFF00FF, 31: 0xFF00FF}, csrs={0x300: 0xFFFF})
    test.hart(test.block(make("Mov", dst=40, src=6), make(name, csr=0x300, src=40)),
              x={6: 0x55}, csrs={0x300: 0xFF})
    # CSRs outlive blocks.
    second = test.block(make("CsrRead", dst=5, csr=0x300))
    test.hart(test.block(make(name, csr=0x300, src=6), term=make("Jmp", target=second)),
              x={6: 0x0F}, csrs={0x300: 0xFF})
    return test


def view_test(name, make_op):
    """1, 2 and 3 are views of one word."""
    test = HartTest("views of fcsr")
    for view in VIEWS:
        for word in (0, 0xA5, 0x1FF, MASK if name[-3:] != "Imm" else 0xFFFFFFFF):
            ops = [make_op(view, word)]
            reads = [make("CsrRead", dst=20 + other, csr=other) for other in VIEWS]
            pc = test.block(*ops, *reads)
            for old in (0, 0x5A, 0xFF):
                test.hart(pc, x={6: word}, csrs={FCSR: old} if old else {})
    return test


def csr_read(name):
    test = HartTest("CSRs")
    for csr in CSRS:
        pc = test.block(make(name, dst=5, csr=csr))
        for word in WORDS[:4]:
            test.hart(pc, x={5: MARK}, csrs={csr: word} if word else {})
    views = HartTest("views of fcsr")
    pc = views.block(*[make(name, dst=20 + view, csr=view) for view in VIEWS])
    for word in (0, 1, 0x1F, 0x20, 0x5A, 0xA5, 0xE0, 0xFF):
        views.hart(pc, csrs={FCSR: word} if word else {})
    forms = HartTest("register forms")
    for dst in (0, 31, 5 << 16):
        forms.hart(forms.block(make(name, dst=dst, csr=0x300)), x={0: MARK}, csrs={0x300: 77})
    forms.hart(forms.block(make(name, dst=40, csr=0x300), make("Mov", dst=5, src=40)),
               csrs={0x300: 77})
    plain = HartTest("register 0 is ordinary", zero_reg=False)
    plain.hart(plain.block(make(name, dst=0, csr=0x300)), csrs={0x300: 77})
    return [test, views, forms, plain, *[gpu_csr_test(csr) for csr in (0xCC0, 0xCC4, 0xCC8, 0xCCC)],
            gpu_linear_test()]


def gpu_csr_test(first):
    """The three CSRs of a position, stored by every thread of a grid."""
    titles = {0xCC0: "thread id", 0xCC4: "block id", 0xCC8: "block dim", 0xCCC: "grid dim"}
    threads = 2 * 1 * 3 * 4 * 2 * 1
    test = KernelTest(titles[first], ["buffer"], [2, 1, 3], [4, 2, 1], [bytes(24 * threads)])
    reads = [make("CsrRead", dst=20 + dim, csr=first + dim) for dim in range(3)]
    test.add(*linear_id(5), make("MulImm", dst=6, src=5, imm=24),
             make("Add", dst=6, src1=6, src2=10), *reads,
             *[store_at(6, 20 + dim, 8 * dim) for dim in range(3)])
    return test


def gpu_linear_test():
    threads = 3 * 2 * 2 * 4 * 1 * 2
    test = KernelTest("linear id, lane and shared base", ["buffer"], [3, 2, 2], [4, 1, 2],
                      [bytes(16 * threads)], shared_bytes=64)
    test.add(*linear_id(5), make("CsrRead", dst=6, csr=0xF14), make("CsrRead", dst=7, csr=0xCD2),
             make("CsrRead", dst=8, csr=0xCD0), make("MovImm", dst=9, imm=64),
             make("CmpLtU", dst=8, lhs=8, rhs=9), make("GpuSharedBase", dst=9),
             make("CmpEq", dst=7, lhs=7, rhs=9), make("Add", dst=7, src1=7, src2=8),
             make("MulImm", dst=5, src=5, imm=16), make("Add", dst=5, src1=5, src2=10),
             store_at(5, 6), store_at(5, 7, 8))
    return test


def barrier_csr_test():
    """Threads give each other values through shared memory, as with GpuBarrier."""
    test = KernelTest("0x800 is the barrier", ["buffer"], [2, 1, 1], [8, 1, 1], [bytes(8 * 16)],
                      shared_bytes=64)
    test.add(*linear_id(5), make("GpuThreadId", dst=6, dim=0), make("GpuSharedBase", dst=7),
             make("SllImm", dst=8, src=6, sh=3), make("Add", dst=8, src1=8, src2=7),
             make("AddImm", dst=9, src=5, imm=100), store_at(8, 9),
             make("CsrWrite", csr=0x800, src=6),
             make("MovImm", dst=9, imm=7), make("Sub", dst=9, src1=9, src2=6),
             make("SllImm", dst=9, src=9, sh=3), make("Add", dst=9, src1=9, src2=7),
             make("Load", dst=11, base=9, offset=0, size=8, flags=flags()),
             make("SllImm", dst=5, src=5, sh=3), make("Add", dst=5, src1=5, src2=10),
             store_at(5, 11))
    return test


def csr_write(name):
    return [*csr_source(name), barrier_csr_test()]


def csr_immediate(name):
    imms = (0, 1, 0x1F, 0xFF, 0x80000000, 0xFFFFFFFF)
    test = HartTest("CSRs and values")
    for i, csr in enumerate(CSRS):
        for imm in imms[i % 2::2]:
            pc = test.block(make(name, csr=csr, imm=imm, dst=5), mark(30))
            for old in (0, MARK, MASK):
                test.hart(pc, x={5: 1}, csrs={csr: old} if old else {})
    views = view_test(name, lambda view, word: make(name, csr=view, imm=word & 0xFFFFFFFF, dst=5))
    forms = HartTest("register forms")
    for dst in (0, 31, 5 << 16):
        pc = forms.block(make(name, csr=0x300, imm=0xF0, dst=dst))
        forms.hart(pc, x={0: MARK}, csrs={0x300: 0x3C})
    forms.hart(forms.block(make(name, csr=0x300, imm=1, dst=40), make("Mov", dst=5, src=40)),
               csrs={0x300: 0x3C})
    plain = HartTest("register 0 is ordinary, and still gets nothing", zero_reg=False)
    plain.hart(plain.block(make(name, csr=0x300, imm=0xF0, dst=0)), x={0: 5}, csrs={0x300: 0x3C})
    plain.hart(plain.block(make(name, csr=0x300, imm=0xF0, dst=7)), x={0: 5}, csrs={0x300: 0x3C})
    return [test, views, forms, plain]


# System.


def leaving(name):
    """Ends the hart after the op; all of its state is as it was."""
    test = HartTest("the exit and what is left")
    state = {"x": {1: MARK, 10: 5, 17: 93, 31: MASK}, "f": {0: MARK, 31: 1}, "nzcv": 0x90000000}
    test.hart(test.block(name), **state)
    test.hart(test.block(mark(30), name, mark(29)), **state)
    test.hart(test.block(mark(30), mark(29), name), **state)
    test.hart(test.block(name, name), **state)
    last = test.block("Nop", name, "Nop", term=make("Jmp", target=0x40))
    test.hart(test.block(mark(28), term=make("Jmp", target=last)), **state)
    test.hart(test.block(make("Mov", dst=40, src=10), name, make("Mov", dst=5, src=40)), **state)
    return [test]


def without_effect(name, ops):
    test = HartTest("nothing changes")
    state = {"x": {0: MARK, 5: 1, 31: MASK}, "f": {3: MARK}, "nzcv": 0x60000000}
    for item in ops:
        test.hart(test.block(item), **state)
        test.hart(test.block(mark(30), item, mark(29), item), **state)
    return [test]


def cpuid(name):
    test = HartTest("leaves, of which there are none")
    fields = {"leaf": 6, "subleaf": 7, "dst_eax": 20, "dst_ebx": 21, "dst_ecx": 22, "dst_edx": 23}
    marks = {reg: MARK for reg in range(20, 24)}
    pc = test.block(make(name, **fields))
    for leaf in (0, 1, 7, 0x80000000, 0x80000001, 0xFFFFFFFF, MASK, 0x100000000):
        for subleaf in (0, 1, MASK):
            test.hart(pc, x={6: leaf, 7: subleaf, **marks})
    forms = ({"dst_eax": 6, "dst_ebx": 7}, {"dst_edx": 0}, {"leaf": 0, "subleaf": 0},
             {field: 20 for field in fields}, {"dst_ecx": 20}, {"leaf": 6 << 16, "dst_eax": 31})
    for changed in forms:
        test.hart(test.block(make(name, **{**fields, **changed})), x={0: MARK, 6: 1, 7: 2, **marks})
    return [test]


# PSTATE.


def read_flags(name):
    test = HartTest("flags")
    pc = test.block(make(name, dst=5))
    for bits in range(16):
        test.hart(pc, x={5: MARK}, nzcv=bits << 28)
    for dst in (0, 31, 5 << 16):
        test.hart(test.block(make(name, dst=dst)), x={0: MARK}, nzcv=0xA0000000)
    test.hart(test.block(make(name, dst=40), make("Mov", dst=5, src=40)), nzcv=0xA0000000)
    plain = HartTest("register 0 is ordinary", zero_reg=False)
    plain.hart(plain.block(make(name, dst=0)), nzcv=0xF0000000)
    return [test, plain]


def write_flags(name):
    test = HartTest("values")
    pc = test.block(make(name, src=6))
    for word in [bits << 28 for bits in range(16)] + EDGES + [0x0FFFFFFF, 0xF00000000, MARK]:
        test.hart(pc, x={6: word}, nzcv=0x60000000)
    for src in (0, 31, 6 << 16):
        test.hart(test.block(make(name, src=src)), x={0: MARK, 6: MARK, 31: MARK}, nzcv=0xF0000000)
    test.hart(test.block(make("Mov", dst=40, src=6), make(name, src=40)), x={6: 0x30000000})
    # Flags outlive blocks.
    second = test.block(make("ReadPstateFlags", dst=5))
    test.hart(test.block(make(name, src=6), term=make("Jmp", target=second)), x={6: 0x70000000})
    return [test]


def eval_condition(name):
    test = HartTest("all conditions with all flags")
    pc = test.block(*[make(name, dst=5 + cond, cond=cond) for cond in range(16)])
    high = test.block(*[make(name, dst=5 + i, cond=cond) for i, cond in
                        enumerate((16, 17, 31, 0x20, 0x8A, 0xF0, 0xFE, 0xFF))])
    for bits in range(16):
        test.hart(pc, x={5: MARK}, nzcv=bits << 28)
        test.hart(high, nzcv=bits << 28)
    for dst in (0, 31, 5 << 16):
        test.hart(test.block(make(name, dst=dst, cond=14)), x={0: MARK})
    after = [make("WritePstateFlags", src=6), make(name, dst=5, cond=0), make(name, dst=7, cond=4)]
    for word in (0x40000000, 0x80000000, 0):
        test.hart(test.block(*after), x={6: word}, nzcv=0xF0000000)
    return [test]


# Vendor.


def vendor(name):
    fields = {"dst": 5, "src": 5, "src1": 6, "src2": 7, "base": 6, "offset": 8, "vendor": "acme",
              "tile_id": 3, "op": "mma", "tile_c": 0, "tile_a": 1, "tile_b": 2,
              "precision": "bf16", "config": "rows=8"}
    names = [field for _, field in TABLE[name].fields]
    test = HartTest("never skipped, never done")
    for changed in ({}, {"vendor": "", "op": "", "precision": "", "config": ""},
                    {"dst": 0, "src": 0, "base": 0, "src1": 0}, {"tile_id": 255, "tile_c": 255},
                    {"vendor": "\u00fc\u4e2d \"\\"}):
        item = make(name, **{field: {**fields, **changed}[field] for field in names})
        test.hart(test.block(item, mark(29)), x={5: MARK, 6: 1, 7: 2})
        test.hart(test.block(mark(30), "Nop", item, mark(29)), x={5: MARK, 6: MASK, 7: 2})
    return [test]


CASES = {
    "CsrRead": csr_read, "CsrWrite": csr_write,
    **dict.fromkeys(("CsrSet", "CsrClear"), csr_source),
    **dict.fromkeys(("CsrWriteImm", "CsrSetImm", "CsrClearImm"), csr_immediate),
    **dict.fromkeys(("SysCall", "DebugBreak", "SysMret", "SysSret"), leaving),
    "SysWfi": lambda name: without_effect(name, [name]),
    "TlbFlush": lambda name: without_effect(
        name, [make(name, vaddr=vaddr) for vaddr in (None, 0, 4096, MASK)]),
    "Cpuid": cpuid,
    "ReadPstateFlags": read_flags, "WritePstateFlags": write_flags,
    "EvalCondition": eval_condition,
    **dict.fromkeys(("VendorLoad", "VendorStore", "VendorMatrixOp", "VendorConfig",
                     "VendorVectorOp"), vendor),
}
