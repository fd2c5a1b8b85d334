#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the style of the site knowledge file: check_knowledge.py FILE, or --self-test for the checker itself.

Words, kernel ranges and rows that speak of the same are the business of the parser (analyzer/knowledge), which its
unit tests run over the same file.
"""

import re
import sys

COLUMNS = ("site within capability class any_of test refusal audit kernels asked_by note").split()
FIRST_LINE = re.compile(r"# caprec kernel knowledge\tformat 1\t\d{4}-\d{2}-\d{2}")
LICENSE_LINE = "# SPDX-License-Identifier: Apache-2.0"
SITE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|syscall:[a-z][a-z0-9_]*")
ENTRY_PREFIX = re.compile(r"__(do|se|x64|ia32|arm64|riscv)_(compat_)?sys_")
HELPERS = re.compile(
    r"cap_capable(_helper)?|security_capable|capable|ns_capable(_\w+)?|file_ns_capable|has_(ns_)?capability(_noaudit)?|"
    r"(bpf|perfmon|checkpoint_restore_ns|bpf_token|bpf_ns|ptracer)_capable|_*netlink_(\w+_)?capable|"
    r"(sk|sockopt)_(\w+_)?capable|capable_wrt_inode_uidgid|inode_owner_or_capable|in_group_or_capable|has_cap_mac_admin"
)


def check_sites(row):
    sites = row["site"].split(",")
    for site in sites:
        if not SITE.fullmatch(site):
            yield f"not a function or syscall: {site!r}"
        elif ENTRY_PREFIX.match(site):
            yield f"entry of a system call is not in the form sys_NAME: {site}"
        elif HELPERS.fullmatch(site):
            yield f"a helper is never a site: {site}"
    if len({site.startswith("syscall:") for site in sites}) > 1:
        yield "functions and system calls in one row"
    if row["within"] != "-" and (not SITE.fullmatch(row["within"]) or ENTRY_PREFIX.match(row["within"])):
        yield f"within is not one function: {row['within']!r}"


def check_capabilities(row):
    own = row["capability"].split(",")
    any_of = [] if row["any_of"] == "-" else row["any_of"].split("|")
    if len(set(own)) != len(own) or len(set(any_of)) != len(any_of):
        yield "a capability is listed twice"
    if any_of and (len(any_of) < 2 or not set(own) <= set(any_of)):
        yield "any_of has to name the row's own capability and another"
    if row["test"] in ("fallback", "setsockopt-raw-or-admin") and not any_of:
        yield f"test {row['test']} needs any_of"


def check_refusal(row):
    if row["class"] not in ("advisory", "probe", "shows") and row["refusal"] == "-":
        yield f"a {row['class']} row needs a refusal"
    if row["class"] == "advisory" and row["refusal"] != "-":
        yield "an advisory row has no refusal"


def check_row(fields):
    if len(fields) != len(COLUMNS):
        yield f"{len(fields)} columns instead of {len(COLUMNS)}"
        return
    row = dict(zip(COLUMNS, fields))
    for name, value in row.items():
        if not value or value != value.strip() or "  " in value:
            yield f"{name} is empty, or has blanks at its ends or doubled"
    for name in ("asked_by", "note"):
        if row[name] == "-":
            yield f"{name} is missing"
    yield from check_sites(row)
    yield from check_capabilities(row)
    yield from check_refusal(row)


def check(text):
    """All that is wrong, as (line number, what)."""
    lines = text.split("\n")
    if not FIRST_LINE.fullmatch(lines[0]):
        yield 1, "the first line does not name the format"
    if len(lines) < 2 or lines[1] != LICENSE_LINE:
        yield 2, "the license line is missing"
    if len(lines) < 3 or lines[2] != "# " + "\t".join(COLUMNS):
        yield 3, "the line that names the columns is missing"
    if lines[-1] != "":
        yield len(lines), "the last line does not end"
    previous, rows = None, 0
    for number, line in enumerate(lines[:-1], 1):
        if not line.isascii() or (not line.isprintable() and not line.replace("\t", "").isprintable()):
            yield number, "a character that is not printable ASCII"
        if line != line.rstrip():
            yield number, "trailing blanks"
        if line.startswith("#") or not line:
            previous = None  # sorted within each section
            continue
        rows += 1
        fields = line.split("\t")
        for what in check_row(fields):
            yield number, what
        if len(fields) != len(COLUMNS):
            continue
        key = (fields[0], fields[1], fields[2], fields[8])
        if previous is not None and key < previous:
            yield number, "not sorted within its section"
        previous = key
    if rows == 0:
        yield len(lines), "no rows"


HEAD = "# caprec kernel knowledge\tformat 1\t2026-01-01\n" + LICENSE_LINE + "\n# " + "\t".join(COLUMNS) + "\n"
GOOD = "a,b\t-\tCAP_CHOWN\trequired\t-\t-\tEPERM\taudit\t-\tchown\towner changes (fs/attr.c chown_ok)\n"
BROKEN = {  # a change of the good row or file, and a word of the complaint that it has to cause
    "columns instead": GOOD.replace("\t-\tCAP", "\tCAP"),
    "needs any_of": GOOD.replace("-\t-\tEPERM", "-\tfallback\tEPERM"),
    "own capability": GOOD.replace("required\t-", "required\tCAP_FOWNER|CAP_DAC_OVERRIDE"),
    "needs a refusal": GOOD.replace("EPERM", "-"),
    "has no refusal": GOOD.replace("required", "advisory"),
    "form sys_NAME": GOOD.replace("a,b", "__x64_sys_chown"),
    "never a site": GOOD.replace("a,b", "ns_capable"),
    "is missing": GOOD.replace("chown\towner", "-\towner"),
    "not printable ASCII": GOOD.replace("owner", "\u00f6wner"),
    "trailing blanks": GOOD.replace("\n", " \n"),
    "not sorted": GOOD.replace("a,b", "d") + GOOD.replace("a,b", "c"),
    "no rows": "",
}


def self_test():
    failures = [f"complains about a good file: {what}" for _, what in check(HEAD + GOOD)]
    for word, rows in BROKEN.items():
        if not any(word in what for _, what in check(HEAD + rows)):
            failures.append(f"does not complain: {word}")
    return failures


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_knowledge.py FILE | --self-test")
    if sys.argv[1] == "--self-test":
        complaints = self_test()
    else:
        with open(sys.argv[1], encoding="utf-8", newline="") as file:
            complaints = [f"{sys.argv[1]}:{number}: {what}" for number, what in check(file.read())]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
