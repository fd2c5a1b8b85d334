#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the answer right for each single operation that capabilities(7) tells of?  Needs root.

Records the operations of operations.tsv, as root and as nobody, each as a program of its own (a link of Python with the
operation's name), one recording for a family.  As root the set of each program is compared with the truth; as nobody,
who has no capability, the capabilities named as missing are compared.  They are then granted and tried again, until it
works: the needs at the end are the truth, too, even where the first refusal hides others.

Sets are compared as formulas: alternatives must be the same.  Rows with a note `undecidable: why` may differ, and no others.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import accuracy
import operation_table
import workload

LEAST_RUN = 320  # operations that must have run in each way
MOST_ROUNDS = 6  # limit of the rounds that grant missing capabilities
SECONDS = 600  # limit for a family
ALLOWED, SKIPPED = 0, workload.SKIP_STATUS


def simplest(clauses):
    """The same clauses without those that follow from the rest."""
    return {clause for clause in clauses if not any(other < clause for other in clauses)}


def available(clauses, held):
    """Leaves out alternatives that nobody can have here; a clause without any other stays as it is."""
    return simplest({clause & held or clause for clause in clauses})


class Answer:
    """The record of one operation: its exit status, its message, and the clauses of its needs."""

    def __init__(self, status, said, needed):
        self.status, self.said, self.needed = status, said, needed


class Runs:
    """Records families."""

    def __init__(self, programs, directory):
        self.programs, self.directory = programs, directory
        self.launcher = os.path.join(workload.programs(), "operations", "launch")

    def prepare(self, rows):
        """Links of the Python that workloads find, and the program that hands on capabilities."""
        links = os.path.join(workload.programs(), "operations", "bin")
        os.mkdir(links, 0o755)
        python = os.path.join(links, rows[0].name)
        shutil.copy(os.path.realpath(shutil.which("python3", path=workload.PATH)), python)
        for row in rows[1:]:
            os.link(python, os.path.join(links, row.name))
        built = subprocess.run(["cc", "-o", self.launcher, self.launcher + ".c"], check=False)
        return built.returncode == 0

    def record(self, rows, way, granted):
        """Answers by name; `granted`, also by name, is what each may use."""
        base = os.path.join(self.directory, f"{rows[0].family}.{way}.{len(granted)}")
        output, trace, owner = base + ".tsv", base + ".cap", 0 if way == "root" else workload.NOBODY
        with open(output, "w", encoding="utf-8"):
            os.chmod(output, 0o666)
        masks = " ".join(f"{row.path}={sum(1 << workload.CAPS.index(cap) for cap in granted[row.name]):x}"
                         for row in rows if granted.get(row.name))
        grant = f" && python3 -B $P/operations/main.py grant {self.launcher} {masks}" if masks else ""
        command = f"python3 -B $P/operations/main.py batch {output} " + " ".join(row.path for row in rows)
        answer = self.programs.record(operation_table.batch(rows, owner, command, grant), trace,
                                      None if way == "root" else "nobody", ["--user-stacks=none"], SECONDS)
        if answer not in (workload.WORKED, workload.FAILED):
            raise RuntimeError(f"{rows[0].family} as {way}: {answer}")
        needed = self.needed(trace)
        os.unlink(trace)
        with open(output, encoding="utf-8") as lines:
            ended = [line.rstrip("\n").split("\t") for line in lines]
        if len(ended) != len(rows):
            raise RuntimeError(f"{rows[0].family} as {way}: {len(ended)} of {len(rows)} answered")
        return {name: Answer(int(status), said, needed.get(name, set())) for name, status, said in ended}

    def needed(self, trace):
        """Clauses by the name of the program."""
        parts = json.loads(self.programs.ask("minimal", "--json", "--per", "image", "--include-missing", trace))["parts"]
        return {os.path.basename(part["image"]): simplest({frozenset(map(accuracy.short, group["any_of"]))
                                                           for group in part["groups"]}) for part in parts}


def as_root(runs, rows, held):
    answers = runs.record(rows, "root", {})
    return [Outcome(row, "root", answers.get(row.name), None, held) for row in rows]


def as_nobody(runs, rows, held, may_grant):
    """Grants the capabilities that are named, and tries again until it works or nothing new is named."""
    first = runs.record(rows, "nobody", {})
    newest, granted = dict(first), {}
    waiting = [row for row in rows if may_grant]
    for _ in range(MOST_ROUNDS):
        waiting = [row for row in waiting if extend(granted, row.name, newest[row.name], held)]
        if not waiting:
            break
        newest.update(runs.record(waiting, "nobody", {row.name: granted[row.name] for row in waiting}))
    return [Outcome(row, "nobody", first.get(row.name), newest[row.name] if may_grant else None, held) for row in rows]


def extend(granted, name, answer, held):
    """Grants one member of each clause that is not met; returns whether that was anything new."""
    if answer.status in (ALLOWED, SKIPPED):
        return False
    has = granted.get(name, frozenset())
    more = {min(clause & held, key=workload.CAPS.index) for clause in answer.needed if not clause & has and clause & held}
    granted[name] = has | more
    return bool(more)


class Outcome:
    """The result of one operation in one way."""

    def __init__(self, row, way, first, last, held):
        self.row, self.way, self.first, self.last = row, way, first, last or first
        self.listed, self.open = row.listed(way), row.open(way)
        self.skipped = SKIPPED in [answer.status for answer in (self.first, self.last) if answer]
        self.exact = self.right = False
        if self.first is None or self.skipped:
            return
        clauses = row.clauses(way)
        truth = available(set(clauses or ()), held)
        hopeless = clauses is None or any(not clause & held for clause in clauses)
        self.exact = available(self.first.needed, held) == truth
        self.right = self.exact if way == "root" or last is None else \
            available(self.last.needed, held) == truth and (hopeless or self.last.status == ALLOWED)

    @property
    def verdict(self):
        if self.right:
            return "listed, and yet right" if self.listed else "open, and yet right" if self.open else "right"
        return "undecidable: " + self.listed if self.listed else "open: " + self.open if self.open else "DIFFERS"

    @property
    def failed(self):
        return not self.skipped and (self.right == bool(self.listed) if self.listed or not self.open else False)

    def line(self):
        def text(answer):
            if answer is None:
                return "no answer"
            return workload.format_clauses(answer.needed) + (f" ({answer.said})" if answer.said else "")
        words = [self.row.name, self.way, "truth " + self.row.truth[self.way], "first " + text(self.first)]
        if self.last is not self.first:
            words.append("at last " + text(self.last))
        return "\t".join(words + ["skipped" if self.skipped else self.verdict])


def examine(arguments):
    programs, directory, family, way, may_grant = arguments
    runs, held = Runs(programs, directory), frozenset(workload.held_capabilities())
    return as_root(runs, family, held) if way == "root" else as_nobody(runs, family, held, may_grant)


def by_family(rows):
    found = {}
    for row in rows:
        found.setdefault(row.family, []).append(row)
    return sorted(found.values(), key=len, reverse=True)


def summarize(outcomes, partial):
    """The table of differences, the counts, and the exit status."""
    problems = []
    for way in ("root", "nobody"):
        ran = [one for one in outcomes if one.way == way and not one.skipped]
        for one in ran:
            if one.verdict != "right":
                print(one.line())
        print(f"as {way}: {len(ran)} operations ran, {sum(one.exact for one in ran)} exact" +
              (f", {sum(one.right for one in ran)} when what is named is granted" if way == "nobody" else "") +
              f", {sum(bool(one.listed) for one in ran)} listed as undecidable, {sum(bool(one.open) for one in ran)} open; "
              f"{sum(one.way == way for one in outcomes) - len(ran)} cannot be tried here")
        problems += [f"{one.row.name} ({way})" for one in ran if one.failed]
        if len(ran) < LEAST_RUN and not partial:
            problems.append(f"only {len(ran)} ran as {way}, at least {LEAST_RUN} must")
    if problems:
        print("FAILED: " + ", ".join(problems))
    return 1 if problems else 0


def main():
    parser = accuracy.option_parser(__doc__, operation_table.PATH)
    parser.add_argument("--as", dest="way", choices=["root", "nobody"], help="only as one of the two")
    parser.add_argument("--all", action="store_true", help="print what is right or skipped, too")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: needs root")
        return workload.SKIP_STATUS
    rows = operation_table.read(options.only, options.corpus)
    programs = accuracy.Programs(options.caprec, options.capanalyze)
    with tempfile.TemporaryDirectory(prefix="operations-traces.") as directory:
        os.chmod(directory, 0o755)
        may_grant = Runs(programs, directory).prepare(rows)
        if not may_grant:
            print("no C compiler: what is named as missing is not granted")
        ways = [options.way] if options.way else ["nobody", "root"]
        work = [(programs, directory, family, way, may_grant) for family in by_family(rows) for way in ways]
        outcomes = [outcome for found in workload.each(examine, work, options.jobs) for outcome in found]
    if options.all:
        print("\n".join(one.line() for one in outcomes if one.skipped or one.right))
    return summarize(outcomes, bool(options.only or options.way))


if __name__ == "__main__":
    sys.exit(main())
