#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_docs.py must find nothing in a small project whose docs are right, and each fault that is put into it."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_docs
import docs_sources

HELP = """usage: capanalyze {name} [options] FILE

Options:
      --json           machine-readable output
  -h, --help           this text
{options}
{formats}
Examples:
  capanalyze {name} run.cap      as --nothing would
"""
REPORT = HELP.format(name="report", options="  -v, --verbose        more\n", formats="")
MINIMAL = HELP.format(name="minimal", options="      --format NAME    for whom\n",
                      formats="Formats:\n  text         one a line\n  docker       flags\n")
EXPORT = HELP.format(name="export", options="  -o, --output FILE    where\n      --format NAME    for whom\n",
                     formats="Formats:\n  folded       a line a stack\n")
CHECK = HELP.format(name="check", options="      --policy-format NAME  which\n",
                    formats="Policies, by what they look like:\n  policy       lines\n  oci          JSON\n")
RECORDER = "Usage: caprec [options]\n\nOptions:\n  -o [ --output ] FILE  where, and\n                        --wait is\n  --wait  longer\n\n"

MANUAL = r""".SH COMMANDS
.TP
.B report
The default;
.B \-v
says more.
.TP
.B minimal
The set.
.BI \-\-format " name"
writes it for others: text, docker (flags
(of run)); more in
.IR README.md .
.TP
.B export
See
.BR EXPORT .
.TP
.B check
.BI \-\-policy\-format " name"
(policy, oci) says which.
.SH OPTIONS
\-h, \-\-help, \-\-json, \-\-verbose
.SH EXPORT
.RS
.TP
.B folded
Stacks.
.RE
.BR \-o ", " \-\-output
.SH EXAMPLES
.nf
caprec \-o run.cap \-\- ./server \-\-port 80 | capanalyze \-
capanalyze export \-\-format folded run.cap | flamegraph.pl \-\-title
.fi
"""
README = """Commands: `report -v`, `minimal`, `check`, and for `text` [this](docs/json.md), see `analyzer/main.cpp` and `main.cpp`.

```
$ sudo caprec --wait -o run.cap -- sh -c 'true --port'
capanalyze run.cap --verbose
capanalyze minimal --format docker run.cap > flags; capanalyze export --format folded runs/*.cap
```
"""
JSON = """## `trace`: everywhere

| `complete` | `{lost, state}` | `whole` in another root |

## `capanalyze/report/1`

`schema`, `trace`, `image`, and `image_b64`, of rule `decided`.

## `capanalyze/minimal/1`

`set`
"""
TABLES = """## Columns

| `run_id`, `host` | text |

## A database

CREATE TABLE checks (
    run_id TEXT,
    host TEXT
);
"""


def project():
    small = docs_sources.Project()
    small.pages = {"docs/capanalyze.1": docs_sources.manual_text(MANUAL), "README.md": README, "docs/json.md": JSON,
                   "docs/caprec.1": docs_sources.manual_text(r"\-o, \-\-output, \-\-wait"), "docs/tables.md": TABLES,
                   "docs/policy.md": "### OCI config.json\n\n`--caps`"}
    small.files = {"analyzer/main.cpp", *small.pages}
    small.literals = {"decided", "whole", "lost", "state"}
    small.commands = {"report": REPORT, "minimal": MINIMAL, "export": EXPORT, "check": CHECK}
    small.recorder = RECORDER
    small.documents = [("capanalyze/report/1", {"schema": 1, "trace": {"complete": True}, "image": "", "image_b64": ""}),
                       ("capanalyze/minimal/1", {"schema": 1, "trace": {}, "set": [{"image": ""}]})]
    small.columns = ["run_id", "host"]
    return small


class Docs(unittest.TestCase):
    def setUp(self):
        self.project = project()
        self.addCleanup(setattr, check_docs, "FOREIGN_OPTIONS", check_docs.FOREIGN_OPTIONS)
        check_docs.FOREIGN_OPTIONS = {"caps"}

    def found(self):
        return sorted(set(check_docs.findings(self.project)))

    def change(self, page, old, new):
        """The findings when `old` is replaced by `new` in a page."""
        text = self.project.pages[page]
        self.assertIn(old, text)
        self.project.pages[page] = text.replace(old, new)
        return self.found()

    def test_right_docs_have_no_findings(self):
        self.assertEqual(self.found(), [])

    def test_command(self):
        self.project.commands["tree"] = HELP.format(name="tree", options="", formats="")
        self.assertEqual(self.found(), ["README.md: command tree is not described",
                                        "docs/capanalyze.1: command tree is not described"])

    def test_command_that_does_not_exist(self):
        self.assertEqual(self.change("README.md", "capanalyze minimal --format docker", "capanalyze smallest"),
                         ["README.md: capanalyze smallest: there is no such command",
                          "README.md: format docker is not described"])
        self.project = project()
        self.assertIn("docs/capanalyze.1: command minimum does not exist",
                      self.change("docs/capanalyze.1", ".TP\nminimal", ".TP\nminimum"))

    def test_option(self):
        self.project.commands["report"] = REPORT.replace("  -h,", "  -q, --quiet  less\n  -h,")
        self.assertEqual(self.found(), ["docs/capanalyze.1: option --quiet is not described",
                                        "docs/capanalyze.1: option -q is not described"])

    def test_option_of_the_recorder(self):
        self.project.recorder = RECORDER.replace("  --wait  longer", "  --wait  longer\n  --user NAME  who")
        self.assertEqual(self.found(), ["docs/caprec.1: option --user is not described"])
        self.project = project()
        self.assertEqual(self.change("README.md", "caprec --wait", "caprec --follow"),
                         ["README.md: caprec --follow: there is no such option"])

    def test_option_that_does_not_exist(self):
        self.assertEqual(self.change("README.md", "run.cap --verbose", "run.cap --format text"),
                         ["README.md: capanalyze report --format text: there is no such format",
                          "README.md: capanalyze report --format: there is no such option"])
        self.project = project()
        self.assertEqual(self.change("README.md", "`report -v`", "`report -x`"),
                         ["README.md: capanalyze report -x: there is no such option"])
        self.project = project()
        self.assertEqual(self.change("docs/policy.md", "`--caps`", "`--caps` `--cups`"),
                         ["docs/policy.md: option --cups does not exist"])
        self.project = project()
        self.assertEqual(self.change("docs/capanalyze.1", "says more", "says more than --brief"),
                         ["docs/capanalyze.1: option --brief does not exist"])

    def test_foreign_option_that_nobody_names(self):
        self.assertEqual(self.change("docs/policy.md", "`--caps`", ""),
                         ["check_docs.py: option --caps is not named any more"])

    def test_help_with_an_option_that_does_not_exist(self):
        self.project.commands["report"] = REPORT.replace("run.cap ", "run.cap --fast ")
        self.assertEqual(self.found(), ["capanalyze report --help: capanalyze report --fast: there is no such option"])

    def test_formats(self):
        for command, old, name in (("minimal", "docker (flags\n(of run))", "docker"), ("export", "\nfolded\n", "folded"),
                                   ("policy", "(policy, oci)", "oci")):
            self.project = project()
            self.assertEqual(self.change("docs/capanalyze.1", old, old.replace(name, "paper")),
                             [f"docs/capanalyze.1, {command}: format {name} is not described",
                              f"docs/capanalyze.1, {command}: format paper does not exist"])

    def test_format_in_the_pages_that_list_them(self):
        self.assertEqual(self.change("README.md", "`text`", "lines"), ["README.md: format text is not described"])
        self.project = project()
        self.assertEqual(self.change("docs/policy.md", "OCI", "Other"), ["docs/policy.md: format oci has no section"])

    def test_file_that_does_not_exist(self):
        for old, new in (("analyzer/main.cpp", "analyzer/mane.cpp"), ("`main.cpp`", "`mane.cpp`"),
                         ("(docs/json.md)", "(docs/jason.md)")):
            self.project = project()
            name = new.strip("`()")
            self.assertEqual(self.change("README.md", old, new), [f"README.md: file {name} does not exist"])

    def test_field(self):
        self.project.documents[1][1]["set"].append({"chosen": 1})
        self.assertEqual(self.found(), ["docs/json.md, capanalyze/minimal/1: field chosen is not described"])

    def test_field_that_does_not_exist(self):
        self.assertEqual(self.change("docs/json.md", "{lost, state}", "{lost, status}"),
                         ["docs/json.md: field status does not exist"])
        self.project = project()
        self.assertEqual(self.change("docs/json.md", "rule `decided`", "rule `decided-so`"),
                         ["docs/json.md: rule decided-so does not exist"])

    def test_document(self):
        self.project.documents[1] = ("capanalyze/least/1", {"set": []})
        self.assertEqual(self.found(), ["docs/json.md, capanalyze/least/1: field set is not described",
                                        "docs/json.md: document capanalyze/least/1 is not described",
                                        "docs/json.md: document capanalyze/minimal/1 does not exist"])

    def test_columns(self):
        self.assertEqual(self.change("docs/tables.md", "    host TEXT", "    machine TEXT"),
                         ["docs/tables.md, A database: column host is not described",
                          "docs/tables.md, A database: column machine does not exist"])
        self.project = project()
        self.assertEqual(self.change("docs/tables.md", "`run_id`, `host`", "`host`, `run_id`"),
                         ["docs/tables.md, Columns: the columns are in another order"])


class Documents(unittest.TestCase):
    def test_are_found_between_other_lines(self):
        text = '{"schema": "a"}\n{"type": "check"}\nnot {this}\n{\n  "b": {"c": 1}\n}\n--- exit status 1'
        self.assertEqual(list(docs_sources.documents_of(text)), [{"schema": "a"}, {"type": "check"}, {"b": {"c": 1}}])


if __name__ == "__main__":
    unittest.main()
