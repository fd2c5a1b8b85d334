#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The output of test_results.py for results of CTest and GoogleTest."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_results

CTEST = """<testsuite name="x">
<testcase name="good" time="1.6" status="run"><system-out></system-out></testcase>
<testcase name="bad" time="0.1" status="fail"><failure message=""/><system-out>start
place.cpp:7: Failure
Expected this
Got that
[  FAILED  ] it</system-out></testcase>
<testcase name="gone" time="0" status="notrun"><skipped message="Unable to find executable"/><system-out>Unable</system-out></testcase>
<testcase name="left out" time="0" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
<testcase name="off" time="0" status="disabled"/>
<testcase name="part.0" time="9" status="fail"><failure message=""/><system-out>all of it</system-out></testcase>
<testcase name="part.1" time="9" status="fail"><failure message=""/><system-out>==1==ERROR: LeakSanitizer</system-out></testcase>
<testcase name="part.2" time="9" status="fail"><failure message=""/><system-out>==1==ERROR: AddressSanitizer</system-out></testcase>
</testsuite>"""
PART_0 = """<testsuites tests="3"><testsuite name="S">
<testcase name="a" classname="S" result="completed" time="0.5"/>
<testcase name="b" classname="S" result="completed" time="4"><failure message="no">why</failure></testcase>
<testcase name="c" classname="S" result="skipped" time="0"/>
</testsuite></testsuites>"""
PART_1 = '<testsuites tests="1"><testsuite name="S"><testcase name="d" classname="S" result="completed" time="0"/></testsuite></testsuites>'
PART_2 = '<testsuites tests="1"><testsuite name="S"><testcase name="e" class'


class Results(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        for name, text in (("j", CTEST), ("part.0.xml", PART_0), ("part.1.xml", PART_1), ("part.2.xml", PART_2)):
            with open(self.path(name), "w", encoding="utf-8") as out:
                out.write(text)

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def named(self, state):
        return [test.name for test in test_results.read(self.path("j"), self.directory.name) if test.state == state]

    def test_what_is_not_there_or_crashed_has_failed(self):
        self.assertEqual(self.named(test_results.FAILED), ["bad", "gone", "S.b", "part.1", "part.2"])

    def test_what_ran_in_a_part_counts_by_itself(self):
        self.assertEqual(self.named(test_results.PASSED), ["good", "S.a", "S.d"])

    def test_what_skips_itself_is_skipped(self):
        self.assertEqual(self.named(test_results.SKIPPED), ["left out", "off", "S.c"])

    def test_a_failure_shows_what_was_expected(self):
        bad = next(test for test in test_results.read(self.path("j"), None) if test.name == "bad")
        self.assertEqual(bad.telling_lines()[:2], ["place.cpp:7: Failure", "Expected this"])


if __name__ == "__main__":
    unittest.main()
