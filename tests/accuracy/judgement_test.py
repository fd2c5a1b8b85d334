#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the accuracy test judge right, and does the search of truth.py find what a made-up workload needs?"""
import io
import os
import tempfile
import unittest
import unittest.mock

import accuracy
import operation_table
import operations
import truth
import workload

CLAUSES = workload.parse_clauses


class Judge(unittest.TestCase):
    def check(self, chosen, clauses, verdict, surplus="", missed="-"):
        found = accuracy.judge(set(chosen.split()), CLAUSES(clauses))
        self.assertEqual(found[0], verdict)
        self.assertEqual(found[1], surplus.split())
        self.assertEqual(workload.format_clauses(found[2]), missed)

    def test_exact(self):
        self.check("", "-", accuracy.EXACT)
        self.check("chown", "chown", accuracy.EXACT)
        self.check("dac_override", "dac_override|dac_read_search", accuracy.EXACT)
        self.check("sys_admin", "bpf|sys_admin perfmon|sys_admin", accuracy.EXACT)
        self.check("bpf perfmon", "bpf|sys_admin perfmon|sys_admin", accuracy.EXACT)

    def test_too_much(self):
        self.check("chown", "-", accuracy.TOO_MUCH, "chown")
        self.check("chown kill", "chown", accuracy.TOO_MUCH, "kill")
        self.check("sys_admin perfmon bpf", "bpf|sys_admin perfmon|sys_admin", accuracy.TOO_MUCH, "sys_admin")
        found = accuracy.judge({"dac_override", "dac_read_search"}, CLAUSES("dac_override|dac_read_search"))
        self.assertEqual((found[0], len(found[1])), (accuracy.TOO_MUCH, 1))

    def test_too_little(self):
        self.check("", "chown", accuracy.TOO_LITTLE, missed="chown")
        self.check("setuid", "setuid setgid", accuracy.TOO_LITTLE, missed="setgid")
        self.check("kill", "chown", accuracy.BOTH, "kill", "chown")

    def test_naive_sets(self):
        def event(cap, granted, frame):
            return {"capability": cap, "granted": granted, "kernel_stack": ["cap_capable+0x1", frame + "+0x2"]}
        events = [event("CAP_CHOWN", True, "setattr_prepare"), event("CAP_KILL", False, "check_kill_permission"),
                  event("CAP_SYS_ADMIN", True, "security_vm_enough_memory_mm")]
        self.assertEqual(accuracy.naive_sets(events), ({"chown", "sys_admin"}, {"chown"}))


class Status(unittest.TestCase):
    """The outcomes that make the whole test fail."""

    def result(self, verdict, note="", verified=None):
        result = accuracy.Result(workload.Row("x\t\ttrue\t-\t" + note))
        result.verdict, result.verified = verdict, verified
        return result

    def test_rows(self):
        listed = "undecidable: because"
        for failed, result in ((False, self.result(accuracy.EXACT)), (True, self.result(accuracy.TOO_MUCH)),
                               (True, self.result(accuracy.TOO_LITTLE)), (True, self.result(accuracy.BROKEN)),
                               (False, self.result(accuracy.TOO_MUCH, listed)),
                               (True, self.result(accuracy.EXACT, listed)),
                               (True, self.result(accuracy.BROKEN, listed)),
                               (True, self.result(accuracy.EXACT, verified=False))):
            self.assertEqual(result.failed, failed, result.line())

    def test_summary(self):
        def status(exact, listed, partial=False):
            results = [self.result(accuracy.EXACT) for _ in range(exact)]
            results += [self.result(accuracy.TOO_MUCH, "undecidable: because") for _ in range(listed)]
            with unittest.mock.patch("sys.stdout", io.StringIO()):
                return accuracy.summarize(results, [], partial)
        self.assertEqual(status(accuracy.LEAST_ROWS, 0), 0)
        self.assertEqual(status(accuracy.LEAST_ROWS - 1, 0), 1)
        self.assertEqual(status(3, 0, partial=True), 0)
        self.assertEqual(status(180, 20), 0)
        self.assertEqual(status(179, 21), 1)


class MadeUp(truth.Search):
    """A workload that is a formula: works(set of capabilities)."""

    def __init__(self, formula):
        super().__init__(workload.Row("x\t\ttrue\t?"))
        self.held = [cap for cap in workload.CAPS if cap != "sys_resource"]
        self.formula = formula

    def try_once(self, caps):
        self.runs += 1
        return bool(self.formula(set(caps)))


class Search(unittest.TestCase):
    def check(self, formula, expected, hints=()):
        search = MadeUp(formula)
        self.assertEqual(workload.format_clauses(search.clauses(hints)), expected)
        return search.runs

    def test_clauses(self):
        self.check(lambda caps: True, "-")
        self.check(lambda caps: "chown" in caps, "chown")
        self.check(lambda caps: {"setuid", "setgid", "kill"} <= caps, "kill setgid setuid")
        self.check(lambda caps: caps & {"dac_override", "dac_read_search"} and "kill" in caps,
                   "dac_override|dac_read_search kill")
        self.check(lambda caps: caps & {"bpf", "sys_admin"} and caps & {"perfmon", "sys_admin"},
                   "sys_admin|bpf sys_admin|perfmon")

    def test_a_hint_saves_runs_and_changes_nothing(self):
        def formula(caps):
            return {"setuid", "setgid"} <= caps
        plain = self.check(formula, "setgid setuid")
        self.assertLess(self.check(formula, "setgid setuid", [["setgid", "setuid"]]), plain)
        self.check(formula, "setgid setuid", [["setgid", "setuid", "kill"], ["chown"]])

    def test_the_least_powerful_choice(self):
        self.assertEqual(min(["bpf", "sys_admin"], key=truth.power), "bpf")
        self.assertEqual(min(["dac_override", "dac_read_search"], key=truth.power), "dac_read_search")

    def test_what_the_corpus_cannot_hold(self):
        for formula in (lambda caps: "sys_resource" in caps,
                        lambda caps: "fowner" in caps or {"chown", "kill"} <= caps):
            with self.assertRaises(truth.Unclear):
                MadeUp(formula).clauses()

    def test_an_unstable_workload(self):
        answers = iter([True] + [False] * 1000)
        with self.assertRaises(truth.Unclear):
            MadeUp(lambda caps: next(answers)).clauses()


class Corpus(unittest.TestCase):
    def test_the_corpus_is_well_formed(self):
        here = os.path.dirname(os.path.abspath(__file__))
        rows = workload.read_corpus(os.path.join(here, "corpus.tsv"))
        for row in rows:
            self.assertIsNotNone(row.truth, row.id)
            self.assertLessEqual(set().union(*row.truth), set(workload.CAPS), row.id)
            self.assertEqual(row.truth_text, workload.format_clauses(row.truth), row.id)
            self.assertTrue(row.command, row.id)
        self.assertGreaterEqual(len(rows), accuracy.LEAST_ROWS)

    def test_a_broken_one_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write("a\t\ttrue\t-\na\t\ttrue\t-\n")
            file.flush()
            with self.assertRaises(SystemExit):
                workload.read_corpus(file.name)
            with self.assertRaises(SystemExit):
                workload.read_corpus(file.name, ["b"])


def clauses_of(text):
    return set() if text == "-" else set(CLAUSES(text))


class Operations(unittest.TestCase):
    HELD = frozenset(workload.CAPS) - {"sys_resource"}

    def outcome(self, truths, first, last=None, note="", way="nobody"):
        """The needs of the first and the last round, each with the exit status after it: 'chown/1'."""
        def answer(text):
            needed, status = text.rsplit("/", 1)
            return operations.Answer(int(status), "", clauses_of(needed))
        row = operation_table.Row("\t".join(["x", truths, truths, note]), "family")
        return operations.Outcome(row, way, answer(first), answer(last) if last else None, self.HELD)

    def test_formulas(self):
        same = operations.simplest(clauses_of("chown chown|kill bpf|sys_admin"))
        self.assertEqual(same, clauses_of("chown bpf|sys_admin"))
        self.assertEqual(operations.available(clauses_of("sys_admin|sys_resource"), self.HELD), clauses_of("sys_admin"))
        self.assertEqual(operations.available(clauses_of("sys_resource"), self.HELD), clauses_of("sys_resource"))

    def test_right_and_wrong(self):
        for right, outcome in (
                (True, self.outcome("chown", "chown/0", way="root")), (False, self.outcome("-", "chown/0", way="root")),
                (False, self.outcome("dac_override|fowner", "fowner/0", way="root")),
                (True, self.outcome("kill chown", "chown/1", "chown kill/0")),
                (False, self.outcome("kill chown", "chown/1", "chown kill/1")),
                (False, self.outcome("chown", "chown kill/1", "chown kill/0")),
                (True, self.outcome("FAIL", "-/1", "-/1")), (False, self.outcome("FAIL", "chown/1", "chown/1")),
                (True, self.outcome("sys_resource", "sys_resource/1", "sys_resource/1"))):
            self.assertEqual(outcome.right, right, outcome.line())
            self.assertEqual(outcome.failed, not right, outcome.line())

    def test_listed_and_open(self):
        listed = self.outcome("-", "chown/0", note="undecidable as nobody: why")
        self.assertFalse(listed.failed)
        self.assertTrue(self.outcome("-", "-/0", note="undecidable: why").failed)
        self.assertTrue(self.outcome("-", "chown/0", note="undecidable as root: why").failed)
        self.assertFalse(self.outcome("-", "chown/0", note="open as nobody: what").failed)
        self.assertFalse(self.outcome("-", "-/0", note="open: what").failed)

    def test_what_ran_elsewhere_only(self):
        self.assertTrue(self.outcome("chown", "chown/77").skipped)
        self.assertTrue(self.outcome("chown", "chown/1", "chown/77").skipped)
        self.assertFalse(self.outcome("chown", "kill/77").failed)

    def test_what_is_granted_next(self):
        granted = {}
        first = operations.Answer(1, "", clauses_of("bpf|sys_admin chown sys_resource"))
        self.assertTrue(operations.extend(granted, "x", first, self.HELD))
        self.assertEqual(granted["x"], {"sys_admin", "chown"})
        self.assertFalse(operations.extend(granted, "x", first, self.HELD))
        self.assertFalse(operations.extend(granted, "y", operations.Answer(0, "", clauses_of("kill")), self.HELD))

    def test_the_table_is_well_formed(self):
        rows = operation_table.read()
        self.assertGreaterEqual(len(rows), 400)
        for row in rows:
            for way in ("root", "nobody"):
                clauses = row.clauses(way)
                self.assertTrue(clauses is not None or row.truth[way] == operation_table.HOPELESS, row.name)
                self.assertLessEqual(set().union(*clauses or ()), set(workload.CAPS), row.name)
            self.assertFalse(row.listed("root") and row.open("root"), row.name)


if __name__ == "__main__":
    unittest.main()
