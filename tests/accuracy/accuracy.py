#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the minimal set that capanalyze computes from one recording exact?  Needs root.

Records each workload of corpus.tsv with all capabilities, and compares the set with the one that trying found (the
truth of the corpus, see truth.py).  A set is exact when the workload works with it and no member can be taken away.
Rows that one recording cannot decide are marked in the corpus, at most one in ten, and must not be exact by luck.
"""
import argparse
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile

import workload

HERE = os.path.dirname(os.path.abspath(__file__))
MOST_UNDECIDABLE = 0.1
LEAST_ROWS = 60 + 46  # rows that must have run: a machine on which most are skipped proves nothing
LEAST_FAILED = 60  # workloads that must fail as nobody: otherwise the run as nobody shows nothing
# The last two: mount(8) is set-user-ID, asks as nobody's real uid, and gives up what it got; no set of nobody's helps.
EXCUSED = ("before-exec", "overcommit", "foreign-credential", "own-namespace", "denied-advisory", "denied-other-error",
           "denied-lost-by-setid", "denied-access-real-user")
OWN_POLICIES = ("policy", "systemd", "docker")  # formats that a run which went well must fit
OVERCOMMIT = "vm_enough_memory"
EXACT, TOO_MUCH, TOO_LITTLE, BOTH, BROKEN = "exact", "too much", "too little", "too much, too little", "broken"


def option_parser(description, corpus=os.path.join(HERE, "corpus.tsv")):
    """A parser with the options of every program that runs a corpus."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caprec", required=True, metavar="PATH")
    parser.add_argument("--capanalyze", required=True, metavar="PATH")
    parser.add_argument("--corpus", default=corpus, metavar="FILE")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID")
    parser.add_argument("--jobs", type=int, default=2 * os.cpu_count(), metavar="N", help="workloads side by side")
    parser.add_argument("--recordings", metavar="DIRECTORY",
                        help="keep the recordings there: same_runs.py takes them for its first ones")
    return parser


class Programs:
    def __init__(self, caprec, capanalyze):
        self.caprec, self.capanalyze = os.path.abspath(caprec), os.path.abspath(capanalyze)

    def record(self, row, trace, user=None, options=(), timeout=60):
        """Records a workload; returns whether it worked, failed, or why it did not run.  On a busy machine a recording
        may lose something.  This test is not about that: it records again, with more room."""
        for room in ([], ["--buffer-size", "256M"], ["--buffer-size", "1G"]):
            prefix = [self.caprec, "-q", "--wait", "-o", trace, *options] + room + (["-u", user] if user else []) + ["--"]
            answer = workload.run(row, prefix, owner=workload.NOBODY if user else 0, timeout=timeout)[0]
            if answer not in (workload.WORKED, workload.FAILED) or not os.path.exists(trace):
                break
            lost = self.lost(trace)
            if not lost:
                break
            print(f"{row.id}: recorded again, it was incomplete: {lost}", file=sys.stderr, flush=True)
        return answer

    def lost(self, trace):
        """Why a trace is incomplete, empty when it is not."""
        return "; ".join(json.loads(self.ask("info", "--json", trace))["trace"]["problems"])

    def ask(self, *words):
        result = subprocess.run([self.capanalyze, *words], capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"capanalyze {' '.join(words)}: {result.stderr.strip()}")
        return result.stdout

    def minimal(self, trace):
        return json.loads(self.ask("minimal", "--json", trace))["minimal"]

    def misfits(self, trace):
        """The formats in which the policy made of a run does not fit this very run."""

        def fits(name):
            policy = f"{trace}.{name}"
            with open(policy, "w", encoding="utf-8") as out:
                out.write(self.ask("minimal", "--format", name, trace))
            result = subprocess.run([self.capanalyze, "check", trace, "--policy", policy], capture_output=True, check=False)
            os.unlink(policy)
            return result.returncode == 0
        return [name for name in OWN_POLICIES if not fits(name)]

    def events(self, trace):
        lines = self.ask("events", "--all", "--json", "--kernel-stacks", trace).splitlines()
        return [event for event in map(json.loads, lines) if event["type"] == "check"]


def short(capability):
    return capability.removeprefix("CAP_").lower()


def judge(chosen, clauses):
    """Compares a set with the truth; also returns the members that can be taken away and the clauses it misses."""
    missed = [clause for clause in clauses if not clause & chosen]
    surplus, kept = [], set(chosen)
    for cap in sorted(chosen, key=workload.CAPS.index):
        # A member whose clauses have another member in the set is no need of its own.
        if all(clause & (kept - {cap}) for clause in clauses if cap in clause):
            surplus.append(cap)
            kept.discard(cap)
    verdict = (BOTH if missed else TOO_MUCH) if surplus else (TOO_LITTLE if missed else EXACT)
    return verdict, surplus, missed


def naive_sets(events):
    """The answers of simpler tools: all that was granted, and the same without the memory accounting."""
    granted = [event for event in events if event["granted"]]
    heard = [event for event in granted if not any(OVERCOMMIT in frame for frame in event["kernel_stack"])]
    return ({short(event["capability"]) for event in granted}, {short(event["capability"]) for event in heard})


class Result:
    """The findings for one row, and the events that explain them."""

    def __init__(self, row):
        self.row = row
        self.verdict, self.problem = BROKEN, ""
        self.chosen, self.groups, self.surplus, self.missed, self.events = set(), [], [], [], []
        self.naive, self.verified, self.misfit = (False, False), None, False

    @property
    def failed(self):
        return self.misfit or self.verdict != EXACT and not self.row.undecidable or self.verified is False or \
            self.verdict in (EXACT, BROKEN) and self.row.undecidable

    def line(self):
        parts = [self.row.id, self.row.truth_text, workload.format_clauses(self.groups), self.verdict]
        if self.row.undecidable:
            parts.append("listed, and yet exact" if self.verdict == EXACT else "listed as undecidable")
        if self.verified is not None:
            parts.append("tried: " + ("so it is" if self.verified else "NOT SO"))
        return "\t".join(parts + ([self.problem] if self.problem else []))


def examine(row, programs, trace):
    """None when the row cannot run here."""
    result = Result(row)
    answer = programs.record(row, trace)
    if answer == workload.MISSING:
        return None
    if answer == workload.FAILED:  # a busy machine is not what this test is about
        answer = programs.record(row, trace)
    if answer != workload.WORKED:
        result.problem = f"recorded as root it answered: {answer}"
        return result
    minimal = programs.minimal(trace)
    result.groups = [frozenset(map(short, group["any_of"])) for group in minimal["groups"]]
    result.chosen = set(map(short, minimal["capabilities"]))
    result.verdict, result.surplus, result.missed = judge(result.chosen, row.truth)
    misfits = programs.misfits(trace)
    if misfits:
        result.problem = "its own policy does not fit: " + " ".join(misfits)
        result.misfit = True
    events = programs.events(trace)
    result.naive = tuple(judge(simple, row.truth)[0] == EXACT for simple in naive_sets(events))
    result.events = events if result.verdict != EXACT else []
    return result


def examine_and_verify(row, programs, directory, tried):
    result = examine(row, programs, kept_recording(directory, row))
    if tried and result is not None and result.verdict != BROKEN:
        verify(result)
    return result


def kept_recording(directory, row):
    return os.path.join(directory, row.id + ".cap")


def verify(result):
    """Tries the computed set on the workload itself, and then without each of its members."""
    def works(caps):
        return workload.run(result.row, workload.as_root_with(sorted(caps)))[0] == workload.WORKED
    for _ in range(2):  # a daemon may be late on a busy machine
        exact = works(result.chosen) and not any(works(result.chosen - {cap}) for cap in result.chosen)
        result.verified = exact == (result.verdict == EXACT)
        if result.verified:
            return


def explain(result, out):
    """Writes the events behind surplus members and missed clauses: a rule has to know them."""
    print(f"== {result.row.id}: {result.row.command}\n   truth {result.row.truth_text}; "
          f"ours {workload.format_clauses(result.groups)}: {result.verdict} {result.problem}", file=out)
    wanted = set(result.surplus).union(*result.missed)
    wanted = wanted.union(*(group for group in result.groups if group & set(result.surplus)))
    seen = {}
    for event in result.events:
        frames = [frame.split("+")[0] for frame in event["kernel_stack"]]
        if short(event["capability"]) not in wanted or any(OVERCOMMIT in frame for frame in frames):
            continue
        start = frames.index(event["site"]) if event["site"] in frames else 0
        key = (event["capability"], "+" if event["granted"] else "-", event["verdict"], event["rule"], event["syscall"],
               event["errno"] or event["value"] if event["errno"] else "ok", event["image"],
               " < ".join(frames[start:start + 4]))
        seen.setdefault(key, [0, event["object"]])[0] += 1
    for (cap, sign, verdict, rule, syscall, outcome, image, frames), (count, example) in seen.items():
        print(f"   {count}x {cap} {sign} {verdict} [{rule}] {syscall}({example!r}) {outcome}  {image}\n"
              f"      {frames}", file=out)
    for clause in result.missed:
        if not any(short(event["capability"]) in clause for event in result.events):
            print(f"   no check of {'|'.join(sorted(clause))} was recorded", file=out)


def unnamed_clause(clause, asked):
    """The reason why the report does not name it: was it never asked for, or taken for something else?"""
    seen = [f"{cap} {asked[cap]['verdict']}, {asked[cap]['denied']}x denied" for cap in sorted(clause & set(asked))]
    return f"NOT NAMED {workload.format_clauses([clause])}: " + (", ".join(seen) or "never asked for")


def failed_for(finding):
    """Whether a call was refused after a denial that the rules charge to the program."""
    return any(not reason["granted"] and reason["errno"] in ("EPERM", "EACCES") and reason["rule"] not in EXCUSED
               for reason in finding["reasons"])


class Refused:
    """The answer of one row as nobody, and how much of the truth the report names as missing."""

    def __init__(self, row, answer):
        self.row, self.answer = row, answer
        self.complete, self.overlooked, self.line = False, False, f"{row.id}\t{answer}"


def examine_unprivileged(row, programs, directory):
    trace = kept_recording(directory, row)
    result = Refused(row, programs.record(row, trace, "nobody"))
    if result.answer != workload.FAILED:
        return result
    report = json.loads(programs.ask("report", "--json", trace))
    asked = {short(one["name"]): one for one in report["capabilities"]}
    missing = {short(name) for one in report["failures"] for name in one["any_of"]}
    unnamed = [clause for clause in row.truth if not clause & missing]
    extra = missing.difference(*row.truth)
    result.complete = not unnamed
    result.overlooked = any(failed_for(asked[cap]) for clause in unnamed for cap in clause & set(asked))
    result.line = "\t".join([row.id, "failed", "truth " + row.truth_text, "missing " + (" ".join(sorted(missing)) or "-"),
                             "; ".join(unnamed_clause(clause, asked) for clause in unnamed) or "all named",
                             "more: " + " ".join(sorted(extra)) if extra else ""])
    return result


def unprivileged(rows, programs, directory, jobs):
    """The workloads as nobody: which capabilities of the truth does the report name as missing?  A program may stop at
    the first refusal, or before the kernel is asked, and files of root are foreign to nobody: not all of the truth can
    come up.  But what was denied, and made a call fail with EPERM or EACCES, must be named."""
    examined = functools.partial(examine_unprivileged, programs=programs, directory=directory)
    failed = []
    for result in workload.each(examined, rows, jobs):
        if result.answer == workload.MISSING:
            continue
        print(result.line, flush=True)
        if result.answer == workload.FAILED:
            failed.append(result)
    print(f"as nobody: {len(failed)} workloads failed; for {sum(result.complete for result in failed)} all of the truth "
          "is named as missing, for the others what they came to ask for before they gave up")
    overlooked = [result.row.id for result in failed if result.overlooked]
    if overlooked:
        print("FAILED, denied and refused but not named: " + " ".join(overlooked))
    return 1 if overlooked or len(failed) < LEAST_FAILED else 0


def summarize(results, skipped, partial):
    """The line at the end, and the exit status."""
    ran = len(results)
    exact = sum(result.verdict == EXACT for result in results)
    listed = [result for result in results if result.row.undecidable]
    tried = [result for result in results if result.verified is not None]
    if skipped:
        print("skipped, what they need is not here: " + " ".join(skipped))
    print(f"{ran} rows run, {len(skipped)} skipped: {exact} exact ({exact / max(ran, 1):.1%}), "
          f"{len(listed)} listed as undecidable, {len(tried)} tried again; "
          f"the naive sets: all granted checks {sum(result.naive[0] for result in results)} exact, "
          f"the same without memory accounting {sum(result.naive[1] for result in results)} exact")
    problems = [result.row.id for result in results if result.failed]
    if problems:
        print("FAILED: " + " ".join(problems))
    if len(listed) > MOST_UNDECIDABLE * ran and not partial:
        print(f"FAILED: {len(listed)} of {ran} rows are listed as undecidable, more than one in ten")
        problems.append("undecidable")
    if ran < LEAST_ROWS and not partial:
        print(f"FAILED: only {ran} rows could run, at least {LEAST_ROWS} must")
        problems.append("rows")
    return 1 if problems else 0


def main():
    parser = option_parser(__doc__)
    parser.add_argument("--verify", action="store_true", help="try each computed set on its workload")
    parser.add_argument("--table", metavar="FILE", help="write the table there too")
    parser.add_argument("--explain", metavar="FILE", help="write the events behind each row that is not exact")
    parser.add_argument("--unprivileged", action="store_true", help="run as nobody; what is named as missing?")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: needs root")
        return workload.SKIP_STATUS
    rows = workload.read_corpus(options.corpus, options.only)
    programs = Programs(options.caprec, options.capanalyze)
    table = ["row\ttruth\tours\tresult"]
    with tempfile.TemporaryDirectory(prefix="accuracy-traces.") as directory:
        if options.unprivileged:
            return unprivileged(rows, programs, directory, options.jobs)
        results, skipped = [], []
        print(table[0])
        if options.recordings:
            shutil.rmtree(options.recordings, ignore_errors=True)
            os.makedirs(options.recordings)
        examined = functools.partial(examine_and_verify, programs=programs, directory=options.recordings or directory,
                                     tried=options.verify)
        for row, result in zip(rows, workload.each(examined, rows, options.jobs)):
            if result is None:
                skipped.append(row.id)
                continue
            results.append(result)
            table.append(result.line())
            print(table[-1], flush=True)
    if options.table:
        with open(options.table, "w", encoding="utf-8") as out:
            out.write("\n".join(table) + "\n")
    if options.explain:
        with open(options.explain, "w", encoding="utf-8") as out:
            for result in results:
                if result.verdict != EXACT:
                    explain(result, out)
    return summarize(results, skipped, bool(options.only))


if __name__ == "__main__":
    sys.exit(main())
