"""Writes a conformance file in which one text is replaced.

    alter-suite.py FILE FROM TO > OTHER
"""

import sys

path, old, new = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    text = file.read()
assert old in text, old
sys.stdout.write(text.replace(old, new, 1))
