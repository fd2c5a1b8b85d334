# SPDX-License-Identifier: Apache-2.0
"""The rows of operations.tsv, and workloads made of them."""
import glob
import importlib
import os
import sys

import workload

HERE = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(HERE, "operations.tsv")
HEAD = "# operation\ttruth as root\ttruth as nobody\tnote"
HOPELESS = "FAIL"  # no capability helps
NOT_FAMILIES = ("base", "main", "netlink")



class Row:
    def __init__(self, line, family=""):
        fields = line.rstrip("\n").split("\t")
        fields += [""] * (4 - len(fields))
        self.name, root, nobody, self.note = fields[:4]
        self.truth = {"root": root, "nobody": nobody}
        self.path = f"{family}/{self.name}"
        self.family = family

    def clauses(self, way):
        """The needs, each met by any one of its members; None when nothing helps, or nothing is known."""
        text = self.truth[way]
        return None if text == HOPELESS else workload.parse_clauses(text)

    def listed(self, way):
        """The reason why one recording cannot tell; empty when it can."""
        for part in self.note.split("; "):
            words, _, reason = part.partition(": ")
            if words in ("undecidable", f"undecidable as {way}"):
                return reason
        return ""

    def open(self, way):
        """The reason why the answer is not yet right."""
        for part in self.note.split("; "):
            words, _, reason = part.partition(": ")
            if words in ("open", f"open as {way}"):
                return reason
        return ""

    def alone(self, owner):
        """A workload of this operation, which is run as it is."""
        return batch([self], owner, f"cd $T/{self.name} && test ! -e skipped || exit 77; python3 -S -s -B $P/operations/main.py do {self.path}")


def batch(rows, owner, command, granted=""):
    """A workload that sets up the operations and then does a command."""
    paths = " ".join(row.path for row in rows)
    setup = f"python3 -B $P/operations/main.py setup {owner} {paths}" + granted
    return workload.Row(f"{rows[0].family}\t{setup}\t{command}\t?")


def families():
    """The family of each operation."""
    folder = os.path.join(HERE, "operations")
    sys.path.insert(0, folder)
    try:
        names = sorted(os.path.basename(path)[:-3] for path in glob.glob(folder + "/*.py"))
        return {operation: name for name in names if name not in NOT_FAMILIES
                for operation in importlib.import_module(name).operation.operations}
    finally:
        sys.path.remove(folder)


def read(only=(), path=PATH):
    known = families()
    with open(path, encoding="utf-8") as lines:
        rows = [Row(line) for line in lines if line.strip() and not line.startswith("#")]
    names = [row.name for row in rows]
    if set(names) != set(known) or len(names) != len(known):
        sys.exit(f"{path}: it and the operations differ: {' '.join(sorted(set(names) ^ set(known))) or 'a row twice'}")
    if set(only) - set(names):
        sys.exit("no such operation: " + " ".join(sorted(set(only) - set(names))))
    for row in rows:
        row.family = known[row.name]
        row.path = f"{row.family}/{row.name}"
    return [row for row in rows if not only or row.name in only]


def write(path, rows, found):
    """The table with other truths, where some were found."""
    with open(path, "w", encoding="utf-8") as out:
        print("# SPDX-License-Identifier: Apache-2.0", HEAD, sep="\n", file=out)
        for row in rows:
            truth = [row.truth[way] if text.startswith(("skipped", "??")) else text
                     for way in ("root", "nobody") for text in [found.get((row.name, way), row.truth[way])]]
            print(row.name, *truth, *([row.note] if row.note else []), sep="\t", file=out)
