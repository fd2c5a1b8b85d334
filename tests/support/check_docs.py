#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the docs to the programs: check_docs.py ROOT CAPANALYZE [CAPREC].

Every command, option, format, JSON field and column is described, everything described exists, and so does every path
that is named.  Each finding is a line on standard output; the exit status is 1 when there are any.
"""
import fnmatch
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docs_sources
from docs_sources import Options, SOURCE_FOLDERS

# Options of other programs that the docs name: Docker and Podman, capsh, CMake, capnp.
FOREIGN_OPTIONS = {"audit-only", "cap-add", "cap-drop", "caps", "cgroupmap", "collect-kstack", "collect-ustack", "filter",
                   "host", "install", "mntnsmap", "name", "packed", "privileged", "security-opt", "uid", "userns"}

MANUAL, README, JSON, TABLES, POLICIES = ("docs/capanalyze.1", "README.md", "docs/json.md", "docs/tables.md",
                                          "docs/policy.md")
OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*[a-z])(?![\w-])")
SOURCE_NAME = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*\.(?:h|c|cpp|py|sh|tsv|capnp|md)")


def difference(where, what, described, existing):
    """Compares both ways: things that are not described, and descriptions of things that do not exist."""
    for name in sorted(set(existing) - set(described)):
        yield f"{where}: {what} {name} is not described"
    for name in sorted(set(described) - set(existing)):
        yield f"{where}: {what} {name} does not exist"


def known_formats(project):
    """The formats of each command that has some, and of policies, by --help."""
    formats = {name: docs_sources.format_names(text, "Formats") for name, text in project.commands.items()}
    formats["policy"] = docs_sources.format_names(project.commands.get("check", ""), "Policies")
    return {name: set(names) for name, names in formats.items() if names}


def sections_of_commands(page, commands):
    """The text of each command in the manual, up to the next one."""
    part = page.split(".SH COMMANDS\n", 1)[-1].split("\n.SH ", 1)[0]
    starts = [(match.start(), match[1]) for match in re.finditer(r"^\.TP\n([a-z]+)$", part, re.M)]
    ends = [at for at, _ in starts[1:]] + [len(part)]
    return {name: part[at:end] for (at, name), end in zip(starts, ends)}


def manual_findings(project):
    page = project.pages[MANUAL]
    sections = sections_of_commands(page, project.commands)
    yield from difference(MANUAL, "command", sections, project.commands)
    formats = known_formats(project)
    for name, existing in formats.items():
        if name == "export":
            described = re.findall(r"^\.TP\n([a-z]+)$", page.split("\n.SH EXPORT", 1)[-1].split(".RE", 1)[0], re.M)
        elif name == "policy":
            found = re.search(r"--policy-format name\s+\(([^)]*)\)", sections.get("check", ""))
            described = re.findall(r"[a-z][a-z-]*", found[1]) if found else []
        else:  # "writes it for ...: text, json (as a document), ...;"
            bare = re.sub(r"\([^()]*(\([^()]*\))?[^()]*\)", "", " ".join(sections.get(name, "").split()))
            found = re.search(r" --format name [^:]*: ([^;.]*)", bare)
            described = re.findall(r"[a-z][a-z-]*", found[1]) if found else []
        yield from difference(f"{MANUAL}, {name}", "format", described, existing)
    for path, helps in ((MANUAL, project.commands.values()), ("docs/caprec.1", [project.recorder])):
        options = [Options(text) for text in helps if text]
        text = project.pages.get(path, "")
        for name in sorted(set().union(*(each.long for each in options))):
            if not re.search(rf"(?<![\w-])--{name}(?![\w-])", text):
                yield f"{path}: option --{name} is not described"
        for name in sorted(set().union(*(each.short for each in options))):
            if not re.search(rf"(?<![\w-])-{name}\b", text):
                yield f"{path}: option -{name} is not described"


def list_findings(project):
    """Commands and formats in the pages that list them."""
    readme = project.pages[README]
    for name in sorted(project.commands):
        if not re.search(rf"capanalyze {name}\b|`{name}[` ]", readme):
            yield f"{README}: command {name} is not described"
    formats = known_formats(project)
    for name in sorted(formats.get("minimal", set()) | formats.get("export", set())):
        if not re.search(rf"`{name}`|--format {name}\b", readme):
            yield f"{README}: format {name} is not described"
    heads = " ".join(re.findall(r"^##+ (.*)$", project.pages[POLICIES], re.M)).lower()
    for name in sorted(formats.get("policy", set()) - {"policy"}):
        if name not in heads:
            yield f"{POLICIES}: format {name} has no section"


def invocation_findings(project, where, line):
    """Each call of a program in a line of code must name a command, options and a format that exist."""
    formats = known_formats(project)
    for words in re.findall(r"\bcapanalyze ([^|;>)&#]*)", re.sub(r" -- .*", " ", line)):
        words = words.split()
        first = next((word for word in words if not word.startswith("-")), "FILE")
        if not re.search(r"[./$*\d]", first) and first.upper() != first and first not in project.commands:
            yield f"{where}: capanalyze {first}: there is no such command"
            continue
        command = first if first in project.commands else "report"
        yield from option_findings(project, where, command, words, formats)
    words = re.sub(r" -- .*", "", line).split()
    if project.recorder and "caprec" in words and " -- " in line:
        known = Options(project.recorder)
        for word in words[words.index("caprec"):]:
            if word.startswith("--") and word[2:].split("=")[0] not in known.long:
                yield f"{where}: caprec {word}: there is no such option"


def option_findings(project, where, command, words, formats):
    known = Options(project.commands[command])
    for word, value in zip(words, [*words[1:], ""]):
        name = word[2:].split("=")[0]
        if word.startswith("--") and name and name not in known.long | {"version"}:
            yield f"{where}: capanalyze {command} {word}: there is no such option"
        if re.fullmatch(r"-[a-zA-Z]+", word) and word[1] not in known.short:
            yield f"{where}: capanalyze {command} {word}: there is no such option"
        if word == "--format" and value.islower() and value not in formats.get(command, ()):
            yield f"{where}: capanalyze {command} --format {value}: there is no such format"


def text_findings(project):
    """The mentions of options, formats, commands and files in the pages."""
    helps = [*project.commands.values(), project.recorder or project.pages.get("docs/caprec.1", "")]
    options = set().union(*(Options(text).long for text in helps), FOREIGN_OPTIONS, {"version"})
    if not project.recorder:
        options |= set(OPTION.findall(helps[-1]))
    for path, page in sorted(project.pages.items()):
        lines, spans = docs_sources.code_of(page)
        for line in lines + [span for span in spans if "capanalyze " in span or "caprec " in span]:
            yield from invocation_findings(project, path, line)
        for span in spans:
            words = span.split()
            if words[0] in project.commands and len(words) > 1 and words[1].startswith("-"):
                yield from option_findings(project, path, words[0], words, known_formats(project))
        for text in [page] if path in docs_sources.MANUALS else spans:
            for name in sorted(set(OPTION.findall(re.sub(r" -- [^|\n]*| \| (?!capanalyze)[^\n]*", " ", text))) - options):
                yield f"{path}: option --{name} does not exist"
        yield from file_findings(project, path, page, spans)
    named = set().union(*(OPTION.findall(page) for page in project.pages.values()))
    yield from (f"check_docs.py: option --{name} is not named any more" for name in sorted(FOREIGN_OPTIONS - named))
    for name, text in sorted(project.commands.items()):
        for line in re.findall(r"^  (.*capanalyze .*)$", text, re.M):
            yield from invocation_findings(project, f"capanalyze {name} --help", line.split("    ")[0])


def exists(project, name):
    """Whether a path, or the end of one, with wildcards, is that of a file or a folder."""
    name = name.rstrip("/")
    places = project.files | {os.path.dirname(file) for file in project.files}
    places |= {os.path.dirname(place) for place in places}
    return any(fnmatch.fnmatchcase(place, name) or fnmatch.fnmatchcase(place, "*/" + name) for place in places)


def file_findings(project, path, page, spans):
    folders = "|".join(re.escape(folder) for folder in SOURCE_FOLDERS)
    named = set(re.findall(rf"(?<![\w./~-])((?:{folders})/[\w./*-]*[\w*])(?![<\w])", page))
    named |= {span for span in spans if SOURCE_NAME.fullmatch(span)}
    named |= {os.path.normpath(os.path.join(os.path.dirname(path), link))
              for link in re.findall(r"\]\(([\w./-]+)\)", page)}
    for name in sorted(named):
        if not exists(project, name) and name not in project.pages:
            yield f"{path}: file {name} does not exist"


def fields_of(value, found):
    """Adds the names of all fields in a document."""
    for each in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        fields_of(each, found)
    if isinstance(value, dict):
        found |= {re.sub(r"_(b64|place)$", "", name) for name in value}
    return found


def words_of(text):
    """Names of fields and words in backticks, lists in braces included."""
    return {word for span in docs_sources.code_of(text)[1] for word in re.findall(r"[a-z][a-z0-9_]*", span)
            if re.fullmatch(r"[a-z][a-z0-9_]*|\{[a-z0-9_, ]*\}", span)}


def json_findings(project):
    page = project.pages[JSON]
    parts = re.split(r"^## ", page, flags=re.M)
    sections = {match[1]: part for part in parts if (match := re.match(r"`(capanalyze/[a-z]+/\d+)`", part))}
    shared = words_of("".join(part for part in parts if part.startswith("`trace`")))
    shared |= words_of(sections.get("capanalyze/report/1", ""))
    yield from difference(JSON, "document", sections, {schema for schema, _ in project.documents})
    unknown = {(schema, name) for schema, document in project.documents for name in fields_of(document, set())
               if name not in shared | words_of(sections.get(schema, ""))}
    for schema, name in sorted(unknown):
        yield f"{JSON}, {schema}: field {name} is not described"
    existing = set().union(project.literals, *(fields_of(each, set()) for _, each in project.documents))
    for name in sorted(words_of(page) - existing):
        if re.sub(r"_(b64|place)$", "", name) not in existing:
            yield f"{JSON}: field {name} does not exist"
    for name in set(re.findall(r"\brule\s+`([a-z][a-z-]+)`", page)) - project.literals:
        yield f"{JSON}: rule {name} does not exist"


def table_findings(project):
    page = project.pages[TABLES]
    rows = re.findall(r"^\| (`.*?) \|", page.split("## Columns", 1)[-1].split("\n## ", 1)[0], re.M)
    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    lists = {"Columns": described}
    for head, body in re.findall(r"^## ([^\n]*)\n(?:(?!^## ).)*?CREATE TABLE checks \((.*?)^\)", page, re.M | re.S):
        lists[head] = re.findall(r"^ +(\w+) ", body, re.M)
    for head, names in lists.items():
        yield from difference(f"{TABLES}, {head}", "column", names, project.columns)
        if set(names) == set(project.columns) and names != project.columns:
            yield f"{TABLES}, {head}: the columns are in another order"


def findings(project):
    for find in (manual_findings, list_findings, text_findings, json_findings, table_findings):
        yield from find(project)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    seen = list(dict.fromkeys(findings(docs_sources.read(sys.argv[1], sys.argv[2], *(sys.argv[3:] or [None])))))
    print("\n".join(seen) if seen else "the docs say what there is")
    sys.exit(1 if seen else 0)
