#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds by trying which capabilities the workloads of the corpus need, and compares with what the corpus says.

A workload runs as uid 0 with a reduced bounding set and works when it exits 0.  More capabilities never hurt, so the
search may bisect.  The answer is a list of clauses: `a|b c` is a set with c and one of a, b; `-` is the empty set.
"""
import argparse
import os
import sys

import workload

# Given up first, so that the set that is left is the least powerful one.
POWERFUL = """sys_admin sys_module sys_rawio sys_ptrace sys_boot dac_override bpf net_admin mac_override mac_admin setfcap
sys_resource perfmon checkpoint_restore audit_control mknod syslog""".split()


def power(cap):
    """Ascending by power, for alternatives of which one is to be chosen."""
    return -POWERFUL.index(cap) if cap in POWERFUL else -len(POWERFUL)


class Unclear(Exception):
    """The workload has no answer of the form that the corpus can hold."""


class Hopeless(Unclear):
    """It does not work at all here."""


class NotHere(Unclear):
    """This machine lacks something that it needs."""


class Search:
    """The trial as root; `given` makes the words that give a set to another user, who then owns the folder."""

    def __init__(self, row, given=workload.as_root_with, owner=0):
        self.row, self.given, self.owner = row, given, owner
        self.held = workload.held_capabilities()
        self.known = {}
        self.runs = 0
        self.longest = 0.0

    def try_once(self, caps):
        self.runs += 1
        answer, seconds = workload.run(self.row, self.given(sorted(caps, key=workload.CAPS.index)), self.owner)
        self.longest = max(self.longest, seconds)
        if answer in (workload.NO_SETUP, workload.MISSING):
            raise NotHere(answer)
        return answer == workload.WORKED

    def works(self, caps):
        key = frozenset(caps)
        if key not in self.known:
            self.known[key] = self.try_once(key)
        return self.known[key]

    def expect(self, caps, expected, what):
        """Repeats a trial that was already made: a workload that answers differently is of no use."""
        if self.try_once(caps) != expected:
            raise Unclear("not stable: " + what)

    def smallest(self, start):
        """A working subset of `start` from which nothing can be taken; gives up the powerful ones first."""
        needed, rest = [], [c for c in POWERFUL if c in start] + [c for c in start if c not in POWERFUL]
        while not self.works(needed):
            low, high = 0, len(rest)  # works without the first `low`, fails without the first `high`
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self.works(needed + rest[middle:]) else (low, middle)
            needed, rest = needed + [rest[low]], rest[low + 1:]
        return needed

    def replacements(self, others, candidates):
        """Those of the candidates that make `others` work, each alone."""
        if not candidates or not self.works(others + candidates):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        return self.replacements(others, candidates[:half]) + self.replacements(others, candidates[half:])

    def clauses(self, hints=()):
        if not self.works(self.held):
            raise Hopeless("does not work with all capabilities")
        if self.works([]):
            self.expect([], True, "with nothing")
            return []
        start = next((list(hint) for hint in hints if self.works(hint)), self.held)
        needed = self.smallest(start)
        found = []
        for cap in needed:
            others = [c for c in needed if c != cap]
            found.append(frozenset([cap] + self.replacements(others, [c for c in self.held if c not in needed])))
        self.check(needed, found)
        return found

    def check(self, needed, found):
        self.expect(needed, True, "with the smallest set")
        for cap, clause in zip(needed, found):
            self.expect([c for c in needed if c != cap], False, "without " + cap)
            if self.works([c for c in self.held if c not in clause]):
                raise Unclear(f"another way than {workload.format_clauses(found)} works without {'|'.join(clause)}")
        if not self.works([max(clause, key=workload.CAPS.index) for clause in found]) \
                or not self.works([min(clause, key=workload.CAPS.index) for clause in found]):
            raise Unclear(f"not every choice of {workload.format_clauses(found)} works")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus.tsv"))
    parser.add_argument("--hint", action="append", default=[], metavar="CAP,CAP", help="a set to begin with when it works: the least powerful choice")
    parser.add_argument("--write", action="store_true", help="put what was found into the corpus")
    parser.add_argument("id", nargs="*", help="rows; all when none is named")
    options = parser.parse_args()
    different = 0
    for row in workload.read_corpus(options.corpus, options.id):
        search = Search(row)
        hints = [hint.split(",") for hint in options.hint]
        if row.truth:
            hints.insert(0, [min(sorted(clause), key=power) for clause in row.truth])
        try:
            found = workload.format_clauses(search.clauses(hints))
        except Unclear as unclear:
            found = f"?? {unclear}"
        same = workload.parse_clauses(found) == row.truth or \
            (row.truth is not None and found == workload.format_clauses(row.truth))
        different += not same
        print(row.id, found, f"{search.runs} runs, {search.longest:.2f} s",
              "" if same else f"the corpus says {row.truth_text or '?'}", sep="\t", flush=True)
        if options.write and not found.startswith("??"):
            rewrite(options.corpus, row.id, found)
    return 1 if different else 0


def rewrite(path, name, truth):
    with open(path, encoding="utf-8") as corpus:
        lines = corpus.read().splitlines()
    for number, line in enumerate(lines):
        fields = line.split("\t")
        if fields[0] == name:
            fields += [""] * (4 - len(fields))
            fields[3] = truth
            lines[number] = "\t".join(fields)
    with open(path, "w", encoding="utf-8") as corpus:
        corpus.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
