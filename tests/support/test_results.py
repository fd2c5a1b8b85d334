#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The results of the tests that CTest ran, from its JUnit file: counts, times, and the messages of each failure.

A test of CTest may be a part of a GoogleTest program that wrote its own results into DIRECTORY/NAME.xml: then the tests in
there count, one by one, and the part only when it failed without one of them (it crashed, or leaked).

usage: test_results.py [--times] [--failures] JUNIT [DIRECTORY]
   (neither)    "PASSED FAILED SKIPPED"; nothing, and exit status 1, when the file holds no test
   --times      a line "SECONDS NAME" for each test
   --failures   each failed test, and below it the lines that tell most
"""
import os
import re
import sys
import xml.etree.ElementTree as xml

PASSED, FAILED, SKIPPED = range(3)
TELLING = re.compile(r": Failure$|^FAILED|ERROR: |runtime error: |^Traceback|Test timeout")
MOST_LINES, MOST_COLUMNS, MOST_FAILURES = 4, 160, 20


class Test:
    def __init__(self, name, seconds, state, said=""):
        self.name, self.seconds, self.state, self.said = name, float(seconds or 0), state, said

    def telling_lines(self):
        """The lines from the first one that names a failure on, or else the last ones."""
        lines = [line[:MOST_COLUMNS] for line in self.said.splitlines() if line.strip()]
        first = next((number for number, line in enumerate(lines) if TELLING.search(line)), -MOST_LINES)
        return lines[first:][:MOST_LINES]


def parts(path):
    """The tests of one GoogleTest result file; none where it was not written, or not to its end."""
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError):
        return []
    found = []
    for case in cases:
        failures = [failure.text or failure.get("message", "") for failure in case.findall("failure")]
        state = FAILED if failures else SKIPPED if case.get("result") in ("skipped", "suppressed") else PASSED
        found.append(Test(f"{case.get('classname')}.{case.get('name')}", case.get("time"), state, "\n".join(failures)))
    return found


def whole(case):
    """One test as CTest saw it.  One with a missing program was not run either, and did not skip itself."""
    skipped = case.find("skipped")
    if case.get("status") == "disabled" or skipped is not None and skipped.get("message", "").startswith("SKIP_"):
        state = SKIPPED
    else:
        state = PASSED if case.get("status") == "run" else FAILED
    return Test(case.get("name"), case.get("time"), state, case.findtext("system-out", ""))


def read(junit, directory):
    found = []
    for case in xml.parse(junit).getroot().iter("testcase"):
        test = whole(case)
        inside = parts(os.path.join(directory, test.name + ".xml")) if directory else []
        found += inside
        if not inside or test.state == FAILED and all(one.state != FAILED for one in inside):
            found.append(test)
    return found


def print_failures(tests):
    failed = [test for test in tests if test.state == FAILED]
    for test in failed[:MOST_FAILURES]:
        print("***Failed: " + test.name)
        for line in test.telling_lines():
            print("     " + line)
    if len(failed) > MOST_FAILURES:
        print(f"***Failed: {len(failed) - MOST_FAILURES} more")


def main():
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    files = [word for word in sys.argv[1:] if not word.startswith("--")]
    if not 1 <= len(files) <= 2 or set(options) - {"--times", "--failures"}:
        sys.exit(__doc__)
    try:
        tests = read(files[0], files[1] if len(files) > 1 else None)
    except (OSError, xml.ParseError):
        tests = []
    if "--times" in options:
        print("\n".join(f"{test.seconds:.0f} {test.name}" for test in tests))
    elif "--failures" in options:
        print_failures(tests)
    elif tests:
        print(*(sum(test.state == state for test in tests) for state in (PASSED, FAILED, SKIPPED)))
    return 0 if tests else 1


if __name__ == "__main__":
    sys.exit(main())
