# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of GPU ops, in kernel mode. X[10] is the buffer of results."""

from .forms import MARK
from .machine import MASK
from .suite import HartTest, KernelTest, flags, make

GRIDS = [([1, 1, 1], [1, 1, 1]), ([2, 3, 2], [2, 2, 3]), ([5, 1, 1], [33, 1, 1]),
         ([1, 1, 4], [1, 7, 2])]


def store_at(base, src, offset=0, size=8):
    return make("Store", src=src, base=base, offset=offset, size=size, flags=flags())


def load_at(dst, base, offset=0, size=8):
    return make("Load", dst=dst, base=base, offset=offset, size=size, flags=flags())


def linear_id(dst):
    """X[dst] = the number of the thread in the grid: blocks x fastest, then
    threads x fastest. Uses temporaries."""
    t, u = 60, 61

    def fold(dst_reg, position, extent):
        ops = [make(position, dst=dst_reg, dim=2)]
        for dim in (1, 0):
            ops += [make(extent, dst=t, dim=dim), make("Mul", dst=dst_reg, src1=dst_reg, src2=t),
                    make(position, dst=t, dim=dim), make("Add", dst=dst_reg, src1=dst_reg, src2=t)]
        return ops
    scale = [op for dim in range(3) for op in (make("GpuBlockDim", dst=t, dim=dim),
                                               make("Mul", dst=dst, src1=dst, src2=t))]
    return [*fold(dst, "GpuBlockId", "GpuGridDim"), *scale, *fold(u, "GpuThreadId", "GpuBlockDim"),
            make("Add", dst=dst, src1=dst, src2=u)]


def count(grid, block):
    total = 1
    for extent in (*grid, *block):
        total *= extent
    return total


def slot(dst, number, size):
    """X[dst] = the address of thread X[number]'s part of the buffer."""
    return [make("MulImm", dst=dst, src=number, imm=size), make("Add", dst=dst, src1=dst, src2=10)]


def position(name):
    tests = []
    for grid, block in GRIDS:
        buffer = bytes([0xEE]) * (12 * count(grid, block))
        test = KernelTest(f"grid {grid}, block {block}".replace("[", "").replace("]", ""),
                          ["buffer"], grid, block, [buffer])
        test.add(*linear_id(5), *slot(6, 5, 12),
                 *[make(name, dst=20 + dim, dim=dim) for dim in range(3)],
                 *[store_at(6, 20 + dim, 4 * dim, 4) for dim in range(3)])
        tests.append(test)
    return [*tests, position_form_test(name)]


def position_form_test(name):
    """All 64 bits of the result, in every kind of register."""
    grid, block = [2, 1, 1], [3, 1, 1]
    test = KernelTest("register forms", ["buffer"], grid, block,
                      [bytes([0xEE]) * (48 * count(grid, block))])
    marks = [make("MovImm", dst=reg, imm=MARK) for reg in (7, 31, 40)]
    dsts = [7, 31, 40, 8 << 16 | 1, 0]
    test.add(*linear_id(5), *slot(6, 5, 48), *marks, *[make(name, dst=dst, dim=0) for dst in dsts],
             *[store_at(6, reg, 8 * i) for i, reg in enumerate((7, 31, 40, 8, 0))],
             make("AddImm", dst=6, src=6, imm=0), make(name, dst=6, dim=0),
             # The address is gone: computed again, the result is in X[9].
             make("Mov", dst=9, src=6), *slot(6, 5, 48), store_at(6, 9, 40))
    return test


def lane(name):
    one = KernelTest("one thread in a block is lane 0", ["buffer"], [6, 1, 1], [1, 1, 1],
                     [bytes([0xEE]) * 48])
    one.add(*linear_id(5), *slot(6, 5, 8), make("MovImm", dst=7, imm=MARK), make(name, dst=7),
            store_at(6, 7))
    # How wide a warp is depends on the device, but 64 lanes are the most.
    many = KernelTest("lanes are below 64", ["buffer"], [2, 1, 1], [96, 1, 1], [bytes(8 * 192)])
    many.add(*linear_id(5), *slot(6, 5, 8), make(name, dst=40), make("MovImm", dst=8, imm=64),
             make("CmpLtU", dst=7, lhs=40, rhs=8), make(name, dst=0), store_at(6, 7))
    return [one, many]


def barrier(name):
    return [exchange_test(name, [2, 1, 1], [8, 1, 1], "a block exchanges through shared memory"),
            exchange_test(name, [1, 2, 1], [3, 4, 2], "in three dimensions"),
            exchange_test(name, [3, 1, 1], [1, 1, 1], "a block of one thread"), scan_test(name),
            global_test(name)]


def thread_number(dst):
    """X[dst] = the number of the thread in its block."""
    ops = [make("GpuThreadId", dst=dst, dim=2)]
    for dim in (1, 0):
        ops += [make("GpuBlockDim", dst=50, dim=dim), make("Mul", dst=dst, src1=dst, src2=50),
                make("GpuThreadId", dst=50, dim=dim), make("Add", dst=dst, src1=dst, src2=50)]
    return ops


def exchange_test(name, grid, block, title):
    """Each thread reads what the one opposite in its block wrote."""
    threads = block[0] * block[1] * block[2]
    test = KernelTest(title, ["buffer"], grid, block, [bytes(8 * count(grid, block))],
                      shared_bytes=8 * threads)
    test.add(*linear_id(5), *thread_number(6), make("GpuSharedBase", dst=7),
             make("SllImm", dst=8, src=6, sh=3), make("Add", dst=8, src1=8, src2=7),
             make("MulImm", dst=9, src=5, imm=0x10001), store_at(8, 9), name,
             make("MovImm", dst=9, imm=threads - 1), make("Sub", dst=9, src1=9, src2=6),
             make("SllImm", dst=9, src=9, sh=3), make("Add", dst=9, src1=9, src2=7),
             load_at(11, 9), *slot(12, 5, 8), store_at(12, 11))
    return test


def scan_test(name):
    """Prefix sums of 16 numbers in rounds with two barriers each: registers and
    control flow survive them."""
    data = b"".join((3 * i + 1).to_bytes(8, "little") for i in range(32))
    test = KernelTest("a loop with barriers", ["buffer"], [2, 1, 1], [16, 1, 1], [data],
                      shared_bytes=128)
    body, take, join, end = (0x1040 + 0x40 * i for i in range(4))
    test.add(make("GpuGlobalId", dst=5, dim=0), *slot(6, 5, 8), make("GpuThreadId", dst=7, dim=0),
             make("GpuSharedBase", dst=8), make("SllImm", dst=9, src=7, sh=3),
             make("Add", dst=9, src1=9, src2=8), load_at(12, 6), store_at(9, 12),
             make("MovImm", dst=13, imm=1), name, term=make("Jmp", target=body))
    test.add(make("MovImm", dst=14, imm=0), make("CmpGeU", dst=15, lhs=7, rhs=13),
             term=make("CondJmp", cond=15, target_true=take, target_false=join))
    test.add(make("SllImm", dst=15, src=13, sh=3), make("Sub", dst=15, src1=9, src2=15),
             load_at(14, 15), term=make("Jmp", target=join))
    test.add(name, load_at(12, 9), make("Add", dst=12, src1=12, src2=14), store_at(9, 12), name,
             make("SllImm", dst=13, src=13, sh=1), make("MovImm", dst=15, imm=16),
             make("CmpLtU", dst=15, lhs=13, rhs=15),
             term=make("CondJmp", cond=15, target_true=body, target_false=end))
    test.add(store_at(6, 12))
    return test


def global_test(name):
    """Global memory is ordered in the block, too."""
    test = KernelTest("through global memory", ["buffer", "i64"], [2, 1, 1], [4, 1, 1],
                      [bytes(128), 0x5555])
    test.add(make("GpuGlobalId", dst=5, dim=0), *slot(6, 5, 8), make("Add", dst=7, src1=5, src2=11),
             store_at(6, 7), name, make("MovImm", dst=8, imm=3),
             make("Xor", dst=8, src1=8, src2=5), *slot(9, 8, 8), load_at(12, 9),
             make("SllImm", dst=13, src=5, sh=3), make("Add", dst=13, src1=13, src2=10),
             store_at(13, 12, 64))
    return test


def shared_base(name):
    zeroed = KernelTest("memory of its own for each block", ["buffer"], [4, 1, 1], [1, 1, 1],
                        [bytes([0xEE]) * 64], shared_bytes=64)
    zeroed.add(make("GpuBlockId", dst=5, dim=0), *slot(6, 5, 16), make(name, dst=7),
               make("AddImm", dst=8, src=5, imm=1), store_at(7, 8), load_at(9, 7),
               make("MovImm", dst=12, imm=15),
               make("And", dst=12, src1=12, src2=7), store_at(6, 9), store_at(6, 12, 8))
    dynamic = KernelTest("the launch adds to it", ["buffer"], [2, 1, 1], [1, 1, 1],
                         [bytes([0xEE]) * 32], shared=32, shared_bytes=16)
    dynamic.add(make("GpuBlockId", dst=5, dim=0), *slot(6, 5, 16), make(name, dst=7),
                make("MovImm", dst=8, imm=0x1122334455667788), store_at(7, 8, 40),
                store_at(7, 5, 8), load_at(9, 7, 40), load_at(12, 7, 8), store_at(6, 9),
                store_at(6, 12, 8))
    forms = KernelTest("register forms", ["buffer"], [1, 1, 1], [2, 1, 1], [bytes(16)],
                       shared_bytes=16)
    forms.add(make("GpuThreadId", dst=5, dim=0), *slot(6, 5, 8), make(name, dst=7),
              make(name, dst=40), make(name, dst=8 << 16), make(name, dst=0),
              make("CmpEq", dst=9, lhs=7, rhs=40), make("CmpEq", dst=12, lhs=7, rhs=8),
              make("Add", dst=9, src1=9, src2=12), make("Add", dst=9, src1=9, src2=0),
              store_at(6, 9))
    return [zeroed, dynamic, forms]


SCOPES = ("hart", "block", "device", "system")
ORDERS = ("None", "Acquire", "Release", "AcqRel", "SeqCst")


def fence(name):
    fences = [make(name, order=order, scope=scope) for order in ORDERS for scope in SCOPES]
    hart = HartTest("changes nothing of a hart")
    state = {"x": {0: MARK, 5: 1, 31: MASK}, "f": {3: MARK}, "nzcv": 0x60000000}
    for item in fences:
        hart.hart(hart.block(make("MovImm", dst=30, imm=1), item, make("MovImm", dst=29, imm=1)),
                  **state)
    kernel = KernelTest("between accesses of a thread", ["buffer"], [2, 1, 1], [4, 1, 1],
                        [bytes(16 * 8)])
    body = []
    for i, item in enumerate(fences):
        body += [make("AddImm", dst=7, src=7, imm=i), store_at(6, 7, 8 * (i & 1)), item,
                 load_at(7, 6, 8 * (i & 1))]
    kernel.add(make("GpuGlobalId", dst=5, dim=0), *slot(6, 5, 16), make("Mov", dst=7, src=5), *body)
    return [hart, kernel]


CASES = {
    **dict.fromkeys(("GpuThreadId", "GpuBlockId", "GpuBlockDim", "GpuGridDim", "GpuGlobalId"),
                    position),
    "GpuLaneId": lane, "GpuBarrier": barrier, "GpuSharedBase": shared_base, "Fence": fence,
}
