# The lit configuration of the tests in test/.

import os
import platform
import re
import shutil
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "VMJIT"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.vmjit_binary_dir, "test")


def truthy(value):
    """Whether a CMake value means true."""
    return value.upper() not in ("", "0", "OFF", "NO", "FALSE", "N", "IGNORE")


# Where things are. Longer names first: a substitution matches prefixes.
examples_dir = os.path.join(config.vmjit_source_dir, "examples")
config.substitutions += [
    ("%python", f'"{config.python_executable}"'),
    ("%cmake", f'"{config.cmake_command}"'),
    ("%generator", config.cmake_generator),
    ("%host_cxx", config.host_cxx),
    ("%host_cc", config.host_cc),
    ("%sanitizer_flags",
     f"-fsanitize={config.vmjit_sanitizers}" if config.vmjit_sanitizers else ""),
    ("%llvm_prefix", os.path.dirname(config.llvm_tools_dir)),
    ("%vmjit_build", config.vmjit_binary_dir),
    ("%vmjit_source", config.vmjit_source_dir),
    ("%examples", examples_dir),
    ("%corpus", os.path.join(config.test_source_root, "Corpus")),
    ("%cache_chaos", os.path.join(config.vmjit_binary_dir, "unittests", "Cache", "Chaos",
                                  "VMJITCacheChaos")),
    ("%riscv_oracle", os.path.join(config.vmjit_binary_dir, "unittests", "Frontend", "RISCV",
                                   "Oracle", "VMJITRISCVOracle")),
    # --param=riscv_rows=N: how many comparisons with qemu test/Frontend/RISCV makes.
    ("%riscv_rows", lit_config.params.get("riscv_rows", "30000")),
    # --param=chaos_rounds=N: how many rounds test/Cache has.
    ("%chaos_rounds", lit_config.params.get("chaos_rounds", "10")),
]

# --param=fuzz_programs=N: how many random programs test/Fuzz runs in all, and what percentage
# each of its tests. Time goes into compiling, so the larger programs are, the fewer.
fuzz_programs = int(lit_config.params.get("fuzz_programs", "1000"))
for shape, percentage in {"single": 40, "small": 40, "mixed": 10, "long": 6, "branchy": 4}.items():
    config.substitutions.append(
        (f"%fuzz_{shape}", str(max(1, fuzz_programs * percentage // 100))))

# A tool that is not built leaves its name alone, and its tests fail.
tools = ["vm-opt", "vm-translate", "vm-compile", "vm-run", "vm-conformance",
         "vm-fuzz", "vm-cache", "vm-devices", "vm-lift"]
llvm_tools = [
    "FileCheck", "count", "not", "split-file", "llvm-readelf", "llvm-readobj",
    "llvm-objdump", "llvm-as", "llvm-dis", "opt", "mlir-opt", "mlir-translate",
    "llvm-mc", "llvm-objcopy", "ld.lld",
]
llvm_config.add_tool_substitutions(
    [ToolSubst(tool, unresolved="ignore") for tool in tools],
    [config.vmjit_tools_dir])
llvm_config.add_tool_substitutions(
    [ToolSubst(tool, unresolved="ignore") for tool in llvm_tools],
    [config.llvm_tools_dir])
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.vmjit_tools_dir, append_path=True)
llvm_config.with_system_environment(["LSAN_OPTIONS", "CCACHE_DIR"])
config.environment.update(config.sanitizer_environment)
# Tests compile what they test, and leave the user's cache alone.
config.environment["VMJIT_CACHE"] = "off"


def find_ptxas():
    """The path of a ptxas, or None: it is only ever used to check PTX."""
    places = [os.environ.get("PATH", "")]
    if os.environ.get("CUDA_HOME"):
        places.append(os.path.join(os.environ["CUDA_HOME"], "bin"))
    places.append("/usr/local/cuda/bin")
    return shutil.which("ptxas", path=os.pathsep.join(places))


def ptxas_chips(ptxas):
    """The chips that this ptxas assembles for: toolkits drop old ones."""
    shown = subprocess.run([ptxas, "--help"], capture_output=True, text=True)
    return set(re.findall(r"'(sm_\d+[a-z]?)'", shown.stdout))


# `ptxas`, and `ptxas-sm_90` for each chip that it knows.
ptxas = find_ptxas()
if ptxas:
    config.available_features.add("ptxas")
    config.substitutions.append(("%ptxas", ptxas))
    for chip in ptxas_chips(ptxas):
        config.available_features.add("ptxas-" + chip)

config.available_features.add("host-" + platform.machine())

qemu = shutil.which("qemu-riscv64")
if qemu:
    config.available_features.add("qemu-riscv64")
    config.substitutions.append(("%qemu_riscv64", qemu))

def find_riscv_compiler(name, library):
    """The path of a compiler for static RISC-V programs, or None."""
    compiler = shutil.which("riscv64-linux-gnu-" + name)
    if not compiler:
        return None
    shown = subprocess.run([compiler, "-print-file-name=" + library],
                           capture_output=True, text=True)
    return compiler if os.path.isabs(shown.stdout.strip()) else None


# Debian's packages {gcc,g++}-riscv64-linux-gnu and libc6-dev-riscv64-cross.
for name, library, substitution in (("gcc", "libc.a", "%riscv_gcc"),
                                    ("g++", "libstdc++.a", "%riscv_gxx")):
    compiler = find_riscv_compiler(name, library)
    if compiler:
        config.available_features.add("riscv-" + name)
        config.substitutions.append((substitution, f"{compiler} -O2 -static"))
if shutil.which("pkg-config"):
    config.available_features.add("pkg-config")
# --param=all_chips=1: compile the conformance files for more chips than two.
if lit_config.params.get("all_chips", "0") != "0":
    config.available_features.add("all-chips")
for sanitizer in filter(None, config.vmjit_sanitizers.split(",")):
    config.available_features.add(sanitizer + "-sanitizer")
if truthy(config.vmjit_static_llvm):
    config.available_features.add("static-llvm")
if truthy(config.vmjit_has_benchmarks):
    config.available_features.add("benchmarks")
