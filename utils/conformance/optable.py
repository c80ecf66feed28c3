# Part of vmjit, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The op table: include/vmjit/VMIR/Opcodes.def as data."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = re.compile(r'VMIR_OP\((\d+), (\w+), (\w+),|VMIR_TERMINATOR\((\w+),'
                   r'|VMIR_FIELD\((\w+), \w+, "(\w+)"\)')


class Row:
    """An op or, with number 0, a terminator. Fields are (kind, JSON name)."""

    def __init__(self, number, name, family):
        self.number, self.name, self.family, self.fields = number, name, family, []

    def of_kind(self, *kinds):
        return [name for kind, name in self.fields if kind in kinds]


def read_table():
    text = (ROOT / "include/vmjit/VMIR/Opcodes.def").read_text(encoding="utf-8")
    text = re.sub(r"//.*|^#.*", "", text, flags=re.M)
    rows = []
    for match in TOKEN.finditer(text):
        number, name, family, terminator, kind, field = match.groups()
        if field:
            rows[-1].fields.append((kind, field))
        elif terminator:
            rows.append(Row(0, terminator, "Terminator"))
        else:
            rows.append(Row(int(number), name, family))
    return {row.name: row for row in rows}


TABLE = read_table()
