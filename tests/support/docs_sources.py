# SPDX-License-Identifier: Apache-2.0
"""The input of check_docs.py: the docs as text, and facts from the programs, the sources and the golden files."""
import glob
import json
import os
import re
import subprocess

MANUALS = ("docs/capanalyze.1", "docs/caprec.1")
SOURCE_FOLDERS = ("analyzer", "bpf", "docs", "recorder", "samples", "schema", "tests", "LICENSES", ".ci")


class Options:
    """The options of one command, by its --help."""

    def __init__(self, help_text):
        part = help_text.split("Options", 1)[-1].split("\n\n", 1)[0]
        self.long = set(re.findall(r"^ +(?:-\w(?: \[|,) *)?--([a-z][a-z-]*)", part, re.M))
        self.short = set(re.findall(r"^ +-(\w)(?: \[|,) ", part, re.M))


def format_names(help_text, head):
    """The names in the list below a head such as "Formats:"; none without it."""
    found = re.search(rf"^{head}[^\n]*:\n((?:  +\S.*\n)+)", help_text, re.M)
    return re.findall(r"^  ([a-z][a-z-]*) ", found[1], re.M) if found else []


def flat(text, macro):
    """The arguments of a macro of man(7); those of two letters join them without blanks."""
    words = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', text)]
    return ("" if len(macro) == 2 else " ").join(words)


def manual_text(source):
    """A manual page without its markup, but with the macros that divide it: .SH, .TP and the like."""
    lines = []
    for line in source.split("\n"):
        macro = re.match(r"\.(B|I|BI|BR|IR|RI|IB|RB) (.*)", line)
        line = flat(macro[2], macro[1]) if macro else line
        lines.append(re.sub(r"\\f[BIRP]", "", line).replace(r"\-", "-").replace(r"\(lq", '"').replace(r"\(rq", '"'))
    return "\n".join(lines)


def code_of(text):
    """The code in a page of Markdown, or in a manual: each fenced block, and each piece in backticks."""
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S) + re.findall(r"^\.nf\n(.*?)^\.fi", text, re.M | re.S)
    spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [line for block in fenced for line in block.split("\n")], [" ".join(span.split()) for span in spans]


def documents_of(text):
    """The JSON documents in a golden file, which may have other lines before and after them."""
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        try:
            document, at = decoder.raw_decode(text, at)
            yield document
        except ValueError:
            at = text.find("\n", at) + 1 or len(text)


class Project:
    """All input of the comparison; check_docs_test.py makes small ones."""

    def __init__(self):
        self.pages = {}        # path: text of each page of the docs
        self.files = set()     # paths of the sources
        self.literals = set()  # strings in the sources
        self.commands = {}     # name: --help of each command of capanalyze
        self.recorder = None   # --help of caprec; None: it is not built
        self.documents = []    # (schema, document) of the golden files
        self.columns = []      # columns of the exported table


def ask(program, *arguments):
    return subprocess.run([program, *arguments, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout


def read(root, capanalyze, caprec):
    project = Project()
    for folder in SOURCE_FOLDERS:
        for place, folders, files in os.walk(os.path.join(root, folder)):
            folders[:] = [name for name in folders if name != "__pycache__"]
            project.files |= {os.path.relpath(os.path.join(place, name), root) for name in files}
    project.files |= set(glob.glob("*", root_dir=root))
    for path in [*glob.glob("*.md", root_dir=root), *(file for file in project.files if file.startswith("docs/")),
                 "schema/README.md"]:
        with open(os.path.join(root, path), encoding="utf-8") as page:
            project.pages[path] = manual_text(page.read()) if path in MANUALS else page.read()
    for path in project.files:
        if path.endswith((".cpp", ".h")) and path.startswith(("analyzer/", "recorder/", "schema/")):
            with open(os.path.join(root, path), encoding="utf-8") as source:
                project.literals |= set(re.findall(r'"((?:[^"\\\n]|\\.)*)"', source.read()))
    names = re.findall(r"^  ([a-z]+) ", ask(capanalyze).split("Commands\n", 1)[1].split("\n\n", 1)[0], re.M)
    project.commands = {name: ask(capanalyze, name) for name in names}
    project.recorder = ask(caprec) if caprec else None
    for path in sorted(glob.glob(os.path.join(root, "tests/golden/expected/**/*"), recursive=True)):
        name = os.path.basename(path)
        if os.path.isdir(path) or not name.endswith((".json", ".txt")):
            continue
        with open(path, encoding="utf-8", errors="replace") as golden:
            schema = None
            for document in documents_of(golden.read()):
                schema = document.get("schema", schema)
                if schema and ("schema" in document or "type" in document):  # of `events`, only the first has one
                    project.documents.append((schema, document))
    with open(os.path.join(root, "tests/golden/expected/export/csv.chown"), encoding="utf-8") as table:
        project.columns = table.readline().strip().replace('"', "").split(",")
    return project
