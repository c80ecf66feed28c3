#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the walls between the parts of vmjit by reading the sources.

    utils/check-layering.py [ROOT]         checks the tree (default: this one)
    utils/check-layering.py --self-test    checks that each wall catches a breach

The walls:
  mlir-free    VMIR, Interpreter, Frontend, CodeObject, Cache, Runtime, Executor, LinuxUser and
               Conformance include no MLIR header, neither themselves nor through our own headers,
               so that a program with precompiled kernels links none of MLIR.
  interpreter  The interpreter includes nothing of the dialect and the lowering:
               it shares the op table with them and no semantic code.
  vendor       Vendor headers and types stay inside Runtime/<Vendor>.
  triple       Target triples stay inside Target/<X>.
  public       Headers under include/ never include one that is under lib/.
  environment  Only lib/Support/EnvOptions.cpp reads environment variables, so that its
               table has them all.

Each breach is a line `FILE:LINE: WALL: what is wrong`; the exit status is 1 if
there is one.
"""

import posixpath
import re
import sys
import tempfile
from pathlib import Path

MLIR_FREE = ("VMIR", "Interpreter", "Frontend", "CodeObject", "Cache", "Runtime", "Executor",
             "LinuxUser", "Conformance")
LOWERING = ("Dialect", "Import", "Conversion", "Target", "Compiler")
# Areas, or folders of one, that may know a vendor or a triple.
VENDORS = {
    "CUDA": (re.compile(r'^(cuda|cublas|nvrtc|nvJitLink|nvPTXCompiler)'),
             re.compile(r'\b(CU(result|module|function|stream|event|context|device(ptr)?|jit_option)'
                        r'|cudaError_t|cudaStream_t)\b')),
    "HIP": (re.compile(r'^(hip|hsa|amd_comgr)'),
            re.compile(r'\b(hip(Error|Module|Function|Stream|Event|Ctx|Device)(_t|ptr_t)|hsa_\w+_t)\b')),
}
TRIPLES = {
    "NVPTX": re.compile(r'"nvptx(64)?-nvidia'),
    "AMDGPU": re.compile(r'"amdgcn-(amd|-|unknown)'),
}
ENVIRONMENT = (re.compile(r'\b(secure_getenv|getenv|GetEnv|environ)\b'),
               "lib/Support/EnvOptions.cpp")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCES = ("*.h", "*.hpp", "*.c", "*.cpp", "*.def", "*.inc")


def strip_comments(text):
    """The text with comments blanked, line by line; strings are kept."""
    def blank(match):
        found = match.group(0)
        return found if found[0] == '"' else re.sub(r"[^\n]", " ", found)
    return re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', blank, text, flags=re.S)


class Source:
    """A file below include/ or lib/: where it belongs and what it includes."""

    def __init__(self, root, path):
        self.name = path.relative_to(root).as_posix()
        self.lines = strip_comments(path.read_text(encoding="utf-8")).split("\n")
        # include/vmjit/<Area>/... and lib/<Area>/...
        parts = path.relative_to(root).parts
        self.is_public = parts[0] == "include"
        self.folders = parts[2:-1] if self.is_public else parts[1:-1]
        self.area = self.folders[0] if self.folders else ""
        self.includes = [(number, match.group(1), match.group(2))
                         for number, line in enumerate(self.lines, 1)
                         if (match := INCLUDE.match(line))]


class Checker:
    def __init__(self, root):
        self.root, self.breaches = root, []
        paths = [path for top in ("include", "lib") for pattern in SOURCES
                 for path in (root / top).rglob(pattern)]
        self.sources = {source.name: source
                        for source in (Source(root, path) for path in sorted(paths))}
        self.mlir_paths = {}

    def breach(self, source, line, wall, message):
        self.breaches.append(f"{source.name}:{line}: {wall}: {message}")

    def resolve(self, source, included):
        """The file of this tree that an #include names, or None."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(source.name), included))
        for name in (f"include/{included}", beside, f"lib/{included}"):
            if name in self.sources:
                return self.sources[name]
        return None

    def path_to_mlir(self, source):
        """The chain of includes from source to an MLIR header, or None. What
        tablegen generates for the dialect (*.h.inc) counts as one."""
        if source.name in self.mlir_paths:
            return self.mlir_paths[source.name]
        self.mlir_paths[source.name] = None  # Ends the walk in a cycle.
        for _, _, included in source.includes:
            chain = None
            if included.startswith(("mlir/", "mlir-c/")) or included.endswith(".h.inc"):
                chain = [included]
            elif (target := self.resolve(source, included)) and self.path_to_mlir(target):
                chain = [included] + self.path_to_mlir(target)
            if chain:
                self.mlir_paths[source.name] = chain
                break
        return self.mlir_paths[source.name]

    def check_mlir_free(self, source):
        if source.area not in MLIR_FREE:
            return
        for line, _, included in source.includes:
            if included.startswith(("mlir/", "mlir-c/")) or included.endswith(".h.inc"):
                self.breach(source, line, "mlir-free", f"{source.area} includes {included}")
            elif (target := self.resolve(source, included)) and self.path_to_mlir(target):
                chain = " -> ".join([included] + self.path_to_mlir(target))
                self.breach(source, line, "mlir-free", f"{source.area} includes {chain}")

    def check_interpreter(self, source):
        if source.area != "Interpreter":
            return
        for line, _, included in source.includes:
            target = self.resolve(source, included)
            area = target.area if target else included.removeprefix("vmjit/").split("/")[0]
            if area in LOWERING and (target or included.startswith("vmjit/")):
                self.breach(source, line, "interpreter", f"includes {included} of {area}")

    def check_vendor(self, source):
        for vendor, (headers, types) in VENDORS.items():
            if source.folders[:2] == ("Runtime", vendor):
                continue
            for line, _, included in source.includes:
                target = self.resolve(source, included)
                is_private = (target and not target.is_public
                              and target.folders[:2] == ("Runtime", vendor))
                if is_private or (headers.match(included) and not target):
                    self.breach(source, line, "vendor", f"{included} belongs to Runtime/{vendor}")
            for line, text in enumerate(source.lines, 1):
                if match := types.search(text):
                    self.breach(source, line, "vendor",
                                f"{match.group(0)} belongs to Runtime/{vendor}")

    def check_triple(self, source):
        for target, triple in TRIPLES.items():
            if source.folders[:2] == ("Target", target):
                continue
            for line, text in enumerate(source.lines, 1):
                if match := triple.search(text):
                    self.breach(source, line, "triple",
                                f"{match.group(0)}...\" belongs to Target/{target}")

    def check_public(self, source):
        if not source.is_public:
            return
        for line, _, included in source.includes:
            target = self.resolve(source, included)
            if (target and not target.is_public) or re.match(r"(\.\./)+lib/", included):
                self.breach(source, line, "public", f"includes {included}, which is under lib/")

    def check_environment(self, source):
        reader, place = ENVIRONMENT
        if source.name == place:
            return
        for line, text in enumerate(source.lines, 1):
            if match := reader.search(text):
                self.breach(source, line, "environment", f"{match.group(0)} belongs to {place}")

    def run(self):
        for source in self.sources.values():
            self.check_mlir_free(source)
            self.check_interpreter(source)
            self.check_vendor(source)
            self.check_triple(source)
            self.check_public(source)
            self.check_environment(source)
        return self.breaches


# A small tree with one breach of each kind, and the lines that must be said.
BREACHES = {
    "include/vmjit/VMIR/Clean.h": '// #include "mlir/IR/Value.h" in a comment is none\n',
    "include/vmjit/Import/Import.h": '#include "mlir/IR/Value.h"\n',
    "include/vmjit/VMIR/Leaky.h": '\n#include "vmjit/Import/Import.h"\n',
    "lib/VMIR/Direct.cpp": '#include <mlir/IR/Builders.h>\n',
    "lib/Cache/Far.cpp": '#include "vmjit/VMIR/Clean.h"\n#include "vmjit/VMIR/Leaky.h"\n',
    "lib/Interpreter/Run.cpp": '#include "vmjit/Compiler/Options.h"\n',
    "lib/Runtime/Device.cpp": '#include <cuda.h>\nCUresult last;\n',
    "lib/Runtime/CUDA/Device.cpp": '#include <cuda.h>\nCUresult last;\n',
    "lib/Runtime/HIP/Types.h": '',
    "lib/Runtime/DriverAPI/Device.h": '#include "../HIP/Types.h"\nhipStream_t last;\n',
    "lib/Runtime/HIP/Device.cpp": 'hipError_t last;\n/* CUresult */ const char *s = "//";\n',
    "lib/Conversion/Triple.cpp": 'auto t = "nvptx64-nvidia-cuda"; // "amdgcn-amd-amdhsa"\n',
    "lib/Target/NVPTX/Triple.cpp": 'auto t = "nvptx64-nvidia-cuda";\n',
    "lib/Target/AMDGPU/Triple.cpp": 'auto t = "amdgcn-amd-amdhsa";\n',
    "lib/Target/Common/Triple.cpp": 'auto t = "amdgcn-amd-amdhsa";\n',
    "lib/VMIR/Private.h": "",
    "include/vmjit/VMIR/Up.h": '#include "../../../lib/VMIR/Private.h"\n',
    "include/vmjit/VMIR/ByPath.h": '#include "VMIR/Private.h"\n',
    "lib/Support/EnvOptions.cpp": 'auto v = secure_getenv("VMJIT_LOG");\n',
    "lib/Cache/Environment.cpp": '// getenv\nauto v = std::getenv("HOME"); fegetenv(&v);\n'
                                 'auto w = llvm::sys::Process::GetEnv("HOME");\n',
}
EXPECTED = [
    'include/vmjit/VMIR/ByPath.h:1: public: includes VMIR/Private.h, which is under lib/',
    'include/vmjit/VMIR/Leaky.h:2: mlir-free: VMIR includes '
    'vmjit/Import/Import.h -> mlir/IR/Value.h',
    'include/vmjit/VMIR/Up.h:1: public: includes ../../../lib/VMIR/Private.h, which is under lib/',
    'lib/Cache/Environment.cpp:2: environment: getenv belongs to lib/Support/EnvOptions.cpp',
    'lib/Cache/Environment.cpp:3: environment: GetEnv belongs to lib/Support/EnvOptions.cpp',
    'lib/Cache/Far.cpp:2: mlir-free: Cache includes '
    'vmjit/VMIR/Leaky.h -> vmjit/Import/Import.h -> mlir/IR/Value.h',
    'lib/Conversion/Triple.cpp:1: triple: "nvptx64-nvidia..." belongs to Target/NVPTX',
    'lib/Interpreter/Run.cpp:1: interpreter: includes vmjit/Compiler/Options.h of Compiler',
    'lib/Runtime/Device.cpp:1: vendor: cuda.h belongs to Runtime/CUDA',
    'lib/Runtime/Device.cpp:2: vendor: CUresult belongs to Runtime/CUDA',
    'lib/Runtime/DriverAPI/Device.h:1: vendor: ../HIP/Types.h belongs to Runtime/HIP',
    'lib/Runtime/DriverAPI/Device.h:2: vendor: hipStream_t belongs to Runtime/HIP',
    'lib/Target/Common/Triple.cpp:1: triple: "amdgcn-amd..." belongs to Target/AMDGPU',
    'lib/VMIR/Direct.cpp:1: mlir-free: VMIR includes mlir/IR/Builders.h',
]


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in BREACHES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        found = Checker(root).run()
    missed = [line for line in EXPECTED if line not in found]
    wrong = [line for line in found if line not in EXPECTED]
    for line in missed:
        print(f"missed: {line}")
    for line in wrong:
        print(f"wrong: {line}")
    print(f"self-test: {len(EXPECTED)} breaches, {len(missed)} missed, {len(wrong)} wrong")
    return 1 if missed or wrong else 0


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return self_test()
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    checker = Checker(root)
    if not checker.sources:
        print(f"error: no sources in {root}/include and {root}/lib", file=sys.stderr)
        return 1
    breaches = checker.run()
    for breach in breaches:
        print(breach)
    print(f"{len(checker.sources)} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
