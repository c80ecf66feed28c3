#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the seed corpora of the fuzzers from the programs of the tests.

    fuzz/make-corpus.py --tools=build/dev/bin --fuzzers=build/fuzz/bin FOLDER

FOLDER gets a folder for each fuzzer. The programs are those of test/Conformance
(the first of each file), test/Corpus and examples.
"""

import argparse
import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def read_programs():
    """Pairs of a name and the text of a program, small ones first."""
    programs = []
    for path in (ROOT / "test/Conformance").glob("*.json"):
        program = json.loads(path.read_text())["tests"][0]["program"]
        programs.append((path.stem, json.dumps(program, separators=(",", ":"))))
    for path in (ROOT / "test/Corpus").glob("*.json"):
        if not path.name.endswith(".case.json"):
            programs.append(("corpus." + path.stem, path.read_text()))
    for path in (ROOT / "examples").glob("*/program.json"):
        programs.append(("example." + path.parent.name, path.read_text()))
    return sorted(programs, key=lambda program: (len(program[1]), program[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True, help="where vm-translate is")
    parser.add_argument("--fuzzers", type=Path, required=True, help="where make-code-objects is")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    folders = {name: arguments.folder / name
               for name in ("vmir-json", "vm-mlir", "code-object", "compile", "riscv")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)

    for path in (ROOT / "examples/guest").glob("*.elf"):
        (folders["riscv"] / path.name).write_bytes(path.read_bytes())
    programs = read_programs()
    for name, text in programs:
        json_file = folders["vmir-json"] / (name + ".json")
        json_file.write_text(text)
        (folders["compile"] / (name + ".json")).write_text(text)
        mlir_file = folders["vm-mlir"] / (name + ".mlir")
        subprocess.run([arguments.tools / "vm-translate", "--import-vmir", json_file,
                        "-o", mlir_file], check=True)
        (folders["compile"] / (name + ".mlir")).write_bytes(mlir_file.read_bytes())
    examples = [folders["vmir-json"] / (name + ".json")
                for name, _ in programs if name.startswith("example.")]
    subprocess.run([arguments.fuzzers / "make-code-objects", folders["code-object"], *examples],
                   check=True)


main()
