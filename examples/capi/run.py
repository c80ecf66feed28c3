#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmjit from another language: Python, through ctypes and the C API.

    run.py --library=libvmjit-c.so --vecadd=DIR [--case=NAME=DIR ...] [--harts=N]

Lists the devices, runs examples/vecadd, builds and runs a program op by op, and
runs cases of test/Corpus on N harts, comparing everything with what is expected.
"""

import argparse
import ctypes as c
import json
import struct
import sys
from pathlib import Path

ALL_HARTS = 2**64 - 1
STATUS_RETURN = 1
MODE_HART = 2
ARG_I32, ARG_IN, ARG_OUT = 4, 10, 11
FIELD_UNSIGNED, FIELD_SIGNED = 2, 3


def versioned(*fields):
    """A struct that starts with its own size, as those of the C API do."""
    class Versioned(c.Structure):
        _fields_ = [("struct_size", c.c_size_t), *fields]

        def __init__(self, **members):
            super().__init__(c.sizeof(type(self)), **members)
    return Versioned


class Dim3(c.Structure):
    _fields_ = [("x", c.c_uint32), ("y", c.c_uint32), ("z", c.c_uint32)]


class Arg(c.Structure):
    class Value(c.Union):
        _fields_ = [("i32", c.c_int32), ("u64", c.c_uint64), ("data", c.c_void_p)]
    _fields_ = [("kind", c.c_uint32), ("reserved", c.c_uint32), ("value", Value),
                ("size", c.c_uint64)]


class Field(c.Structure):
    class Value(c.Union):
        _fields_ = [("unsigned_value", c.c_uint64), ("signed_value", c.c_int64)]
    _fields_ = [("name", c.c_char_p), ("kind", c.c_uint32), ("number", c.c_uint32),
                ("value", Value)]


class HartRegion(c.Structure):
    _fields_ = [("base", c.c_uint64), ("size", c.c_uint64), ("is_shared", c.c_uint32),
                ("access", c.c_uint32)]


DeviceInfo = versioned(
    ("type", c.c_uint32), ("index", c.c_uint32), ("spelling", c.c_char_p),
    ("name", c.c_char_p), ("id", c.c_char_p), ("chip", c.c_char_p),
    ("driver_version", c.c_char_p), ("capability", c.c_uint32 * 2),
    ("free_bytes", c.c_uint64), ("total_bytes", c.c_uint64),
    ("multiprocessor_count", c.c_uint32), ("warp_size", c.c_uint32),
    ("clock_khz", c.c_uint64), ("l2_cache_bytes", c.c_uint64),
    ("shared_bytes_per_block", c.c_uint64), ("max_threads_per_block", c.c_uint32),
    ("max_block_dim", Dim3), ("max_grid_dim", Dim3), ("has_unified_memory", c.c_uint32),
    ("shares_host_memory", c.c_uint32), ("reserved", c.c_uint32))
RunOptions = versioned(
    ("grid", Dim3), ("block", Dim3), ("dynamic_shared_bytes", c.c_uint64),
    ("device", c.c_void_p), ("timeout_ns", c.c_uint64), ("step_budget", c.c_uint64))
ResultInfo = versioned(
    ("device", c.c_char_p), ("device_type", c.c_uint32), ("fallback", c.c_uint32),
    ("fallback_message", c.c_char_p), ("source", c.c_uint32), ("reserved", c.c_uint32),
    ("cache_level", c.c_char_p), ("times", c.c_uint64 * 7), ("exit_count", c.c_uint64))
Exit = versioned(
    ("status", c.c_uint32), ("access_size", c.c_uint32), ("is_store", c.c_uint32),
    ("reserved", c.c_uint32), ("pc", c.c_uint64), ("op", c.c_uint64),
    ("detail", c.c_uint64), ("next_pc", c.c_uint64), ("next_op", c.c_uint64))


class VmjitError(Exception):
    """What a vmjit_error says."""


class Library:
    """The C API: functions by their name without "vmjit_". One that returns a
    vmjit_error raises VmjitError instead."""

    TEXT = ("error_get_message", "error_code_name", "get_version")
    NOTHING = ("destroy",)

    def __init__(self, path):
        self.library = c.CDLL(path)
        for name in self.TEXT:
            getattr(self.library, "vmjit_" + name).restype = c.c_char_p

    def __getattr__(self, name):
        function = getattr(self.library, "vmjit_" + name)
        if name.endswith(self.NOTHING):
            function.restype = None
        elif name not in self.TEXT and name != "error_get_code":
            function.restype = c.c_void_p
            function.errcheck = self.check
        setattr(self, name, function)
        return function

    def check(self, error, _function, _arguments):
        if not error:
            return
        error = c.c_void_p(error)
        code = self.error_code_name(self.error_get_code(error)).decode()
        message = self.error_get_message(error).decode()
        self.error_destroy(error)
        raise VmjitError(f"{code}: {message}")

    def make(self, name, *arguments):
        """A new handle: what a function gives through its last argument."""
        handle = c.c_void_p()
        getattr(self, name)(*arguments, c.byref(handle))
        return handle


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"FAIL: {what}: {found}, not {expected}")


def list_devices(vmjit, context):
    count = c.c_size_t()
    vmjit.context_get_device_count(context, c.byref(count))
    for index in range(count.value):
        device = vmjit.make("context_get_device", context, c.c_size_t(index))
        info = DeviceInfo()
        vmjit.device_get_info(device, c.byref(info))
        print(f"{info.spelling.decode()}: {info.name.decode()} ({info.chip.decode()}), "
              f"{info.total_bytes >> 20} MiB")
        vmjit.device_destroy(device)


def host_arg(kind, memory):
    return Arg(kind, 0, Arg.Value(data=c.addressof(memory)), c.sizeof(memory))


def run_vecadd(vmjit, executor, folder):
    text = (folder / "program.json").read_bytes()
    program = vmjit.make("program_parse", text, c.c_size_t(len(text)))
    a, b = ((folder / name).read_bytes() for name in ("a.bin", "b.bin"))
    memory = [c.create_string_buffer(data, len(data)) for data in (a, b, bytes(len(a)))]
    args = (Arg * 4)(host_arg(ARG_IN, memory[0]), host_arg(ARG_IN, memory[1]),
                     host_arg(ARG_OUT, memory[2]),
                     Arg(ARG_I32, 0, Arg.Value(i32=len(a) // 4), 0))
    options = RunOptions(grid=Dim3(8, 1, 1), block=Dim3(128, 1, 1))
    result = vmjit.make("executor_run_kernel", executor, program, c.byref(options), args,
                        c.c_size_t(4))
    info = ResultInfo()
    vmjit.result_get_info(result, c.byref(info))
    print(f"vecadd ran on {info.device.decode()}")
    if info.fallback:
        print(f"  in place of another device: {info.fallback_message.decode()}")
    expect("vecadd", memory[2].raw, (folder / "c.expected.bin").read_bytes())
    print("PASS: vecadd")
    vmjit.result_destroy(result)
    vmjit.program_destroy(program)


def make_fields(**values):
    return (Field * len(values))(*(
        Field(name.encode(), FIELD_UNSIGNED, 0, Field.Value(unsigned_value=value))
        for name, value in values.items()))


def build_twice(vmjit):
    """A hart-mode program: X[10] += X[10], then returns."""
    builder = vmjit.make("builder_create", b"twice")
    vmjit.builder_create_block(builder, c.c_uint64(0x1000))
    add = make_fields(dst=10, src1=10, src2=10)
    vmjit.builder_append_op(builder, b"Add", add, c.c_size_t(3))
    jump = make_fields(base=1, offset=0)
    jump[1].kind = FIELD_SIGNED
    vmjit.builder_set_terminator(builder, b"JmpReg", jump, c.c_size_t(2))
    program = vmjit.make("builder_build", builder)
    vmjit.builder_destroy(builder)
    return program


class Harts:
    """Harts of a prepared program."""

    def __init__(self, vmjit, prepared, count, entry_pc, regions=()):
        self.vmjit, self.count = vmjit, count
        table = (HartRegion * len(regions))(*(HartRegion(base, size, 0, 0)
                                              for base, size in regions))
        self.handle = vmjit.make("harts_create", prepared, c.c_uint64(count),
                                 c.c_uint64(entry_pc), table, c.c_size_t(len(regions)))

    def write_registers(self, file, hart, first, values):
        getattr(self.vmjit, f"harts_write_{file}")(
            self.handle, c.c_uint64(hart), first, len(values),
            (c.c_uint64 * len(values))(*values))

    def read_registers(self, file, hart, first, count):
        values = (c.c_uint64 * count)()
        getattr(self.vmjit, f"harts_read_{file}")(self.handle, c.c_uint64(hart), first, count,
                                                  values)
        return list(values)

    def write_memory(self, hart, address, data):
        self.vmjit.harts_write_memory(self.handle, c.c_uint64(hart), c.c_uint64(address), data,
                                      c.c_uint64(len(data)))

    def read_memory(self, hart, address, size):
        data = c.create_string_buffer(size)
        self.vmjit.harts_read_memory(self.handle, c.c_uint64(hart), c.c_uint64(address), data,
                                     c.c_uint64(size))
        return data.raw

    def get_status(self, hart):
        record = Exit()
        self.vmjit.harts_get_exit(self.handle, c.c_uint64(hart), c.byref(record))
        return record.status

    def run(self, executor, prepared, return_pc):
        self.vmjit.executor_run_harts(executor, prepared, self.handle, c.c_uint64(return_pc),
                                      None, None)

    def destroy(self):
        self.vmjit.harts_destroy(self.handle)


def run_twice(vmjit, executor, count):
    program = build_twice(vmjit)
    prepared = vmjit.make("executor_prepare", executor, program, MODE_HART)
    harts = Harts(vmjit, prepared, count, 0x1000)
    harts.write_registers("x", ALL_HARTS, 1, [0x8000])
    for hart in range(count):
        harts.write_registers("x", hart, 10, [hart])
    harts.run(executor, prepared, 0x8000)
    for hart in range(count):
        expect(f"twice, hart {hart}", harts.get_status(hart), STATUS_RETURN)
        expect(f"twice, hart {hart}", harts.read_registers("x", hart, 10, 1), [2 * hart])
    print(f"PASS: twice, {count} harts")
    harts.destroy()
    vmjit.prepared_destroy(prepared)
    vmjit.program_destroy(program)


def join_pages(pages):
    """(base, bytes) of each run of adjacent pages."""
    runs = []
    for address, data in sorted(pages.items()):
        if runs and runs[-1][0] + len(runs[-1][1]) == address:
            runs[-1][1].extend(data)
        else:
            runs.append((address, bytearray(data)))
    return [(base, bytes(data)) for base, data in runs]


def read_pages(pages):
    return {int(address): bytes.fromhex(data) for address, data in pages.items()}


def run_case(vmjit, executor, name, folder, count):
    text = (folder / f"{name}.json").read_bytes()
    case = json.loads((folder / f"{name}.case.json").read_text())
    before = read_pages(case["pages_in"])
    after = {**before, **read_pages(case["pages_out_changed"])}
    regions = join_pages(before)

    program = vmjit.make("program_parse", text, c.c_size_t(len(text)))
    prepared = vmjit.make("executor_prepare", executor, program, MODE_HART)
    harts = Harts(vmjit, prepared, count, case["entry_pc"],
                  [(base, len(data)) for base, data in regions])
    harts.write_registers("x", ALL_HARTS, 0, case["x_in"])
    harts.write_registers("f", ALL_HARTS, 0, case["f_in"])
    for base, data in regions:
        harts.write_memory(ALL_HARTS, base, data)
    harts.run(executor, prepared, case["return_pc"])
    for hart in range(count):
        what = f"{name}, hart {hart}"
        expect(what, harts.get_status(hart), STATUS_RETURN)
        expect(what, harts.read_registers("x", hart, 0, 32), case["x_out"])
        expect(what, harts.read_registers("f", hart, 0, 32), case["f_out"])
        for base, data in join_pages(after):
            expect(f"{what}, memory at {base:#x}", harts.read_memory(hart, base, len(data)), data)
    print(f"PASS: {name}, {count} harts")
    harts.destroy()
    vmjit.prepared_destroy(prepared)
    vmjit.program_destroy(program)


def show_error(vmjit):
    """An error is an exception here."""
    try:
        vmjit.make("program_parse", b"[1]", c.c_size_t(3))
    except VmjitError as error:
        print(f"as expected: {error}")
        return
    sys.exit("FAIL: a program that is none was read")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", required=True)
    parser.add_argument("--vecadd", type=Path, required=True)
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--harts", type=int, default=100)
    options = parser.parse_args()

    vmjit = Library(options.library)
    print(f"vmjit {vmjit.get_version().decode()}")
    context = vmjit.make("context_create", None)
    list_devices(vmjit, context)
    executor = vmjit.make("executor_create", context, None)
    run_vecadd(vmjit, executor, options.vecadd)
    run_twice(vmjit, executor, options.harts)
    for case in options.case:
        name, folder = case.split("=", 1)
        run_case(vmjit, executor, name, Path(folder), options.harts)
    show_error(vmjit)
    vmjit.executor_destroy(executor)
    vmjit.context_destroy(context)


if __name__ == "__main__":
    main()
