#!/usr/bin/env python3
# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that what the documentation quotes is what there is.

    utils/check-docs.py [--source=ROOT] --run FILE.md...  runs what they quote
    utils/check-docs.py [--source=ROOT] --links           checks every link
    utils/check-docs.py [--source=ROOT] --op-spec         checks docs/OpSpec.md
                                        against the op table
    utils/check-docs.py [--source=ROOT] --system-calls  checks docs/LinuxPrograms.md
                                        against the table of system calls
    utils/check-docs.py --self-test     checks that each check can fail

What --run looks at, by the words after the opening fence:

  ```console             lines that start with "$ " are commands, the lines after
                         one are from its output
  ```LANGUAGE output     lines from the output of the last command before it
  ```LANGUAGE FILE       the text of a file, from ROOT; white space is ignored

Quoted output is runs of consecutive lines of what the command prints (standard
output and error) in that order; indentation and the space at the end of a line
do not matter. A line "..." separates two runs, and "..." inside a line stands
for anything. A command must succeed, unless "[exit status N]" follows its output.
Commands run with bash in a copy of examples/ and test/Corpus/ below ROOT; what a
command leaves there is there for the next one of the same document.

Each complaint is a line `FILE:LINE: what is wrong`; the exit status is 1 if there
is one.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^(`{3,})\s*(.*?)\s*$")
STATUS = re.compile(r"^\[exit status (\d+)\]$")
COPIED = ("examples", "test/Corpus")


class Block:
    """A fenced block of a document: its info words, lines and first line's number."""

    def __init__(self, info, number):
        self.words, self.number, self.lines = info.split(), number, []


def read_blocks(text):
    blocks, fence = [], None
    for number, line in enumerate(text.split("\n"), 1):
        match = FENCE.match(line)
        if fence is None and match:
            fence = match.group(1)
            blocks.append(Block(match.group(2), number + 1))
        elif fence is not None and line.strip() == fence:
            fence = None
        elif fence is not None:
            blocks[-1].lines.append(line)
    return blocks


def line_matches(quoted, line):
    pattern = ".*".join(re.escape(part) for part in quoted.strip().split("..."))
    return re.fullmatch(pattern, line.strip()) is not None


def split_runs(quoted):
    """(number of the first line, lines) of each run between "..." lines."""
    runs, current = [], None
    for number, line in quoted:
        if line.strip() == "...":
            current = None
        elif current is None:
            current = (number, [line])
            runs.append(current)
        else:
            current[1].append(line)
    return [(number, lines) for number, lines in runs if any(l.strip() for l in lines)]


def find_missing(quoted, output):
    """Complaints about the runs of `quoted`, (number, line) pairs, not in `output`."""
    lines, start = output.split("\n"), 0
    for number, run in split_runs(quoted):
        for place in range(start, len(lines) - len(run) + 1):
            if all(map(line_matches, run, lines[place:])):
                start = place + len(run)
                break
        else:
            yield number, f"not what the command prints: {run[0].strip()!r}"
            return


class Document:
    """Runs the commands of one document in a folder of their own."""

    def __init__(self, path, root, folder):
        self.path, self.root, self.folder = path, root, folder
        self.complaints, self.output = [], None

    def complain(self, number, message):
        self.complaints.append(f"{self.path}:{number}: {message}")

    def check(self):
        quotes = 0
        for block in read_blocks(self.path.read_text(encoding="utf-8")):
            numbered = list(enumerate(block.lines, block.number))
            if block.words[:1] == ["console"]:
                self.check_console(numbered)
            elif block.words[1:] == ["output"]:
                self.check_output(block.number, numbered)
            elif len(block.words) == 2:
                self.check_file(block.number, block.words[1], block.lines)
            else:
                continue
            quotes += 1
        if not quotes:
            self.complain(1, "quotes nothing")
        return self.complaints

    def check_console(self, numbered):
        command, quoted = None, []
        for number, line in numbered + [(0, "$ ")]:
            if not line.startswith("$ "):
                quoted.append((number, line))
                continue
            if command:
                self.run(*command, quoted)
            elif quoted:
                self.complain(quoted[0][0], "output before a command")
            command, quoted = (number, line[2:]), []

    def run(self, number, command, quoted):
        expected = 0
        if quoted and (match := STATUS.match(quoted[-1][1])):
            expected = int(match.group(1))
            quoted = quoted[:-1]
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, errors="replace", check=False)
        self.output = done.stdout
        if done.returncode != expected:
            self.complain(number, f"exit status {done.returncode}, not {expected}: "
                          f"{command}\n{make_printable(done.stdout[-2000:])}")
            return
        for place, message in find_missing(quoted, self.output):
            self.complain(place, message)

    def check_output(self, number, numbered):
        if self.output is None:
            self.complain(number, "output before a command")
            return
        for place, message in find_missing(numbered, self.output):
            self.complain(place, message)

    def check_file(self, number, name, lines):
        file = self.root / name
        if not file.is_file():
            self.complain(number, f"there is no file {name}")
        elif squeeze("".join(lines)) not in squeeze(file.read_text(encoding="utf-8")):
            self.complain(number, f"not in {name}")


def make_printable(text):
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def squeeze(text):
    return re.sub(r"\s", "", text)


def run_documents(paths, root):
    complaints = []
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            for name in COPIED:
                if (root / name).is_dir():
                    shutil.copytree(root / name, Path(folder) / name)
            complaints += Document(path, root, folder).check()
    return complaints


def get_anchors(text):
    """What GitHub makes of the headings."""
    headings = re.findall(r"^#+\s+(.*?)\s*$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in headings}


def check_links(root):
    complaints = []
    documents = sorted([*root.glob("*.md"), *root.glob("docs/*.md"), *root.glob("examples/*.md")])
    if not documents:
        complaints.append(f"{root}:1: no documents")
    for document in documents:
        for number, line in enumerate(document.read_text(encoding="utf-8").split("\n"), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = document.parent / name if name else document
                if not file.exists():
                    complaints.append(f"{document}:{number}: no {target}")
                elif anchor and anchor not in get_anchors(file.read_text(encoding="utf-8")):
                    complaints.append(f"{document}:{number}: no heading {target}")
    return complaints


def read_op_table(text):
    """(number or None, name) -> JSON field names, of ops and terminators."""
    text = re.sub(r"//[^\n]*", "", text)
    starts = list(re.finditer(r"^VMIR_(OP|TERMINATOR)\((?:(\d+),\s*)?(\w+),", text, flags=re.M))
    table = {}
    for start, end in zip(starts, [s.start() for s in starts[1:]] + [len(text)]):
        number = int(start.group(2)) if start.group(2) else None
        table[number, start.group(3)] = re.findall(r'"(\w+)"', text[start.end():end])
    return table


OP_ROW = re.compile(r"^\| (\d+) \| `(\w+)` \| ([^|]*) \|")
TERMINATOR_ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \|")


def check_op_spec(root):
    path = root / "docs/OpSpec.md"
    table = read_op_table((root / "include/vmjit/VMIR/Opcodes.def").read_text(encoding="utf-8"))
    complaints, seen, heading = [], set(), ""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if match := OP_ROW.match(line):
            key, fields = (int(match.group(1)), match.group(2)), match.group(3)
        elif heading == "Terminators" and (match := TERMINATOR_ROW.match(line)):
            key, fields = (None, match.group(1)), match.group(2)
        else:
            continue
        names = re.findall(r"`(\w+)", fields)
        if key not in table:
            complaints.append(f"{path}:{number}: {key[1]} is not in the op table")
        elif key in seen:
            complaints.append(f"{path}:{number}: {key[1]} is there twice")
        elif names != table[key]:
            complaints.append(f"{path}:{number}: {key[1]} has the fields {table[key]}, not {names}")
        seen.add(key)
    complaints += [f"{path}:1: {name} is missing" for key in table if key not in seen
                   for name in [key[1]]]
    if not table:
        complaints.append(f"{path}:1: the op table is empty")
    return complaints


CALL_ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \|")


def check_system_calls(root):
    """The rows below the heading "System calls" name each call that is served, once."""
    path = root / "docs/LinuxPrograms.md"
    text = (root / "include/vmjit/LinuxUser/SystemCalls.def").read_text(encoding="utf-8")
    served = re.findall(r"^VMJIT_SYSTEM_CALL\(\d+, (\w+),", text, flags=re.M)
    complaints, seen, heading = [], set(), ""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        match = CALL_ROW.match(line)
        if heading != "System calls" or not match:
            continue
        for name in re.findall(r"\w+", match.group(1)):
            if name not in served:
                complaints.append(f"{path}:{number}: {name} is not served")
            elif name in seen:
                complaints.append(f"{path}:{number}: {name} is there twice")
            seen.add(name)
    complaints += [f"{path}:1: {name} is missing" for name in served if name not in seen]
    if not served:
        complaints.append(f"{path}:1: no system call is served")
    return complaints


def expect(complaints, *parts):
    if len(complaints) != len(parts) or not all(map(lambda p, c: p in c, parts, complaints)):
        sys.exit(f"self-test: expected {parts}, got {complaints}")


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "docs").mkdir()
        (root / "include/vmjit/VMIR").mkdir(parents=True)

        def run(text):
            (root / "docs/t.md").write_text(text, encoding="utf-8")
            return run_documents([root / "docs/t.md"], root)

        echo = "```console\n$ printf 'a\\n  b 12\\nc\\n'\n%s\n```\n"
        expect(run(echo % "a\nb ...\n...\nc"))
        expect(run(echo % "a\nc"), "'a'")
        expect(run(echo % "c\n...\na"), "'a'")
        expect(run(echo % "b 1"), "'b 1'")
        expect(run("```console\n$ exit 3\n```"), "exit status 3, not 0")
        expect(run("```console\n$ echo no; exit 3\nno\n[exit status 3]\n```"))
        expect(run(echo % "a" + "```text output\nc\n```"))
        expect(run(echo % "a" + "```text output\nd\n```"), "'d'")
        expect(run("```text output\nd\n```"), "before a command")
        expect(run("```text docs/t.md\ntext docs\n```"))
        expect(run("```text docs/none\nx\n```"), "no file")
        (root / "docs/f").write_text("{ 1 }", encoding="utf-8")
        expect(run("```json docs/f\n{2}\n```"), "not in docs/f")
        expect(run("nothing"), "quotes nothing")

        (root / "docs/t.md").write_text("# A b\n[x](t.md#a-b) [y](f) [z](https://x.org)\n",
                                        encoding="utf-8")
        expect(check_links(root))
        (root / "docs/t.md").write_text("[x](no.md) [y](t.md#c)\n", encoding="utf-8")
        expect(check_links(root), "no no.md", "no heading")

        (root / "include/vmjit/VMIR/Opcodes.def").write_text(
            'VMIR_OP(1, Nop, I, )\nVMIR_OP(2, Add, I,\n  VMIR_FIELD(X, d, "dst"))\n'
            'VMIR_TERMINATOR(Ret, )\n', encoding="utf-8")
        good = "| 1 | `Nop` | | x |\n| 2 | `Add` | `dst` | x |\n# Terminators\n| `Ret` | | x |\n"

        def spec(text):
            (root / "docs/OpSpec.md").write_text(text, encoding="utf-8")
            return check_op_spec(root)

        good = good.replace("| |", "|  |")
        expect(spec(good))
        expect(spec(good.replace("`dst`", "`src`")), "has the fields")
        expect(spec(good.replace("| 1 |", "| 3 |")), "not in the op table", "Nop is missing")
        expect(spec(good.replace("| 1 | `Nop` |  |", "| 2 | `Add` | `dst` |")), "twice", "Nop is missing")
        (root / "include/vmjit/LinuxUser").mkdir(parents=True)
        (root / "include/vmjit/LinuxUser/SystemCalls.def").write_text(
            "VMJIT_SYSTEM_CALL(1, read, 3)\nVMJIT_SYSTEM_CALL(2, exit, 1)\n", encoding="utf-8")

        def calls(text):
            (root / "docs/LinuxPrograms.md").write_text(text, encoding="utf-8")
            return check_system_calls(root)

        good = "| `fork` | |\n## System calls\n| calls | |\n|---|---|\n| `read`, `exit` | x |\n"
        expect(calls(good))
        expect(calls(good.replace(", `exit`", "")), "exit is missing")
        expect(calls(good.replace("`exit`", "`fork`")), "fork is not served", "exit is missing")
        expect(calls(good + "| `read` | |\n"), "read is there twice")
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--source", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--links", action="store_true")
    parser.add_argument("--op-spec", action="store_true")
    parser.add_argument("--system-calls", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    args = parser.parse_args()
    if args.run != bool(args.files):
        parser.error("--run needs documents, and nothing else takes any")
    if not (args.run or args.links or args.op_spec or args.system_calls
            or args.self_test):
        parser.error("nothing to check")
    complaints = []
    if args.self_test:
        complaints += self_test()
    if args.run:
        complaints += run_documents([file.resolve() for file in args.files], args.source)
    if args.links:
        complaints += check_links(args.source)
    if args.op_spec:
        complaints += check_op_spec(args.source)
    if args.system_calls:
        complaints += check_system_calls(args.source)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
