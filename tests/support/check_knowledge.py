#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the site knowledge file: check_knowledge.py FILE, or --self-test for the checker itself."""

import re
import sys

COLUMNS = ("site within capability class any_of test refusal audit kernels asked_by note").split()
CAPABILITIES = {
    "CAP_" + name
    for name in (
        "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE "
        "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT "
        "SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL "
        "SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
    ).split()
}
CLASSES = "required alternative first limit limit-first advisory probe".split()
TESTS = (
    "- last-ask maps-root mode-bits own-credential own-task same-id inheritable-within setgid-bit fallback own-process setsockopt-raw-or-admin fanotify mq-default "
    "new-namespace tcp-congestion"
).split()
ERRORS = (
    "EPERM EACCES ENOENT ENODATA ENOKEY ENOMEM ENOBUFS ENOSPC ENFILE ENOTTY EAGAIN EBUSY EDQUOT EINVAL EIO ESRCH E2BIG "
    "ETOOMANYREFS"
).split()
FIRST_LINE = re.compile(r"# caprec kernel knowledge\tformat 1\t\d{4}-\d{2}-\d{2}")
LICENSE_LINE = "# SPDX-License-Identifier: Apache-2.0"
SITE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|syscall:[a-z][a-z0-9_]*")
ENTRY_PREFIX = re.compile(r"__(do|se|x64|ia32|arm64|riscv)_(compat_)?sys_")
SYSCTL = re.compile(r"sysctl:[a-z_]+(\.[a-z0-9_]+)+=-?\d+")
KERNELS = re.compile(r"-|(\d+\.\d+)?\.\.(\d+\.\d+)?")
HELPERS = re.compile(
    r"cap_capable(_helper)?|security_capable|capable|ns_capable(_\w+)?|file_ns_capable|has_(ns_)?capability(_noaudit)?|"
    r"(bpf|perfmon|checkpoint_restore_ns|bpf_token|bpf_ns|ptracer)_capable|_*netlink_(\w+_)?capable|"
    r"(sk|sockopt)_(\w+_)?capable|capable_wrt_inode_uidgid|inode_owner_or_capable|in_group_or_capable|has_cap_mac_admin"
)


def version(text, default):
    return tuple(int(part) for part in text.split(".")) if text else default


def kernel_range(text):
    """First and last kernel of a range, as tuples that compare."""
    low, _, high = ("", "", "") if text == "-" else text.partition("..")
    return version(low, (0, 0)), version(high, (999, 0))


def check_sites(row):
    sites = row["site"].split(",")
    for site in sites:
        if not SITE.fullmatch(site):
            yield f"not a function or syscall: {site!r}"
        elif ENTRY_PREFIX.match(site):
            yield f"entry of a system call is not in the form sys_NAME: {site}"
        elif HELPERS.fullmatch(site):
            yield f"a helper is never a site: {site}"
    if len(set(sites)) != len(sites):
        yield "a site is listed twice"
    if len({site.startswith("syscall:") for site in sites}) > 1:
        yield "functions and system calls in one row"
    if row["within"] != "-" and (not SITE.fullmatch(row["within"]) or ENTRY_PREFIX.match(row["within"])):
        yield f"within is not one function: {row['within']!r}"


def check_capabilities(row):
    own = row["capability"].split(",")
    any_of = [] if row["any_of"] == "-" else row["any_of"].split("|")
    for name in own + any_of:
        if name not in CAPABILITIES:
            yield f"not a capability: {name!r}"
    if len(set(own)) != len(own) or len(set(any_of)) != len(any_of):
        yield "a capability is listed twice"
    if any_of and (len(any_of) < 2 or not set(own) <= set(any_of)):
        yield "any_of has to name the row's own capability and another"
    if row["class"] == "alternative" and not any_of:
        yield "an alternative row needs any_of"
    if row["test"] in ("fallback", "setsockopt-raw-or-admin") and not any_of:
        yield f"test {row['test']} needs any_of"


def check_words(row):
    if row["class"] not in CLASSES:
        yield f"not a class: {row['class']!r}"
    if row["test"] not in TESTS and not SYSCTL.fullmatch(row["test"]):
        yield f"not a test: {row['test']!r}"
    refusal = row["refusal"].split(",")
    if refusal not in (["-"], ["ack"], ["silent"]) and not set(refusal) <= set(ERRORS):
        yield f"not a refusal: {row['refusal']!r}"
    if row["class"] not in ("advisory", "probe") and refusal == ["-"]:
        yield f"a {row['class']} row needs a refusal"
    if row["class"] == "advisory" and refusal != ["-"]:
        yield "an advisory row has no refusal"
    if row["audit"] not in ("audit", "noaudit", "-"):
        yield f"not an audit word: {row['audit']!r}"
    if not KERNELS.fullmatch(row["kernels"]) or row["kernels"] == "..":
        yield f"not a range of kernels: {row['kernels']!r}"
    elif kernel_range(row["kernels"])[0] > kernel_range(row["kernels"])[1]:
        yield f"the range of kernels is empty: {row['kernels']}"


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
    yield from check_words(row)


def check_keys(number, fields, seen):
    """A check has to find one row only: same site, within and capability on different kernels, or it is an error."""
    kernels = kernel_range(fields[8]) if KERNELS.fullmatch(fields[8]) else kernel_range("-")
    for site in fields[0].split(","):
        for capability in fields[2].split(","):
            known = seen.setdefault((site, fields[1], capability), [])
            for other, where in known:
                if kernels[0] <= other[1] and other[0] <= kernels[1]:
                    yield f"{site} {fields[1]} {capability} is in line {where} too"
            known.append((kernels, number))


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
    seen, previous, rows = {}, None, 0
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
        for what in check_keys(number, fields, seen):
            yield number, what
    if rows == 0:
        yield len(lines), "no rows"


HEAD = "# caprec kernel knowledge\tformat 1\t2026-01-01\n" + LICENSE_LINE + "\n# " + "\t".join(COLUMNS) + "\n"
GOOD = "a,b\t-\tCAP_CHOWN\trequired\t-\t-\tEPERM\taudit\t-\tchown\towner changes (fs/attr.c chown_ok)\n"
BROKEN = {  # a change of the good row or file, and a word of the complaint that it has to cause
    "columns instead": GOOD.replace("\t-\tCAP", "\tCAP"),
    "not a capability": GOOD.replace("CAP_CHOWN", "CAP_CHWON"),
    "not a class": GOOD.replace("required", "needed"),
    "needs any_of": GOOD.replace("required", "alternative"),
    "own capability": GOOD.replace("required\t-", "required\tCAP_FOWNER|CAP_DAC_OVERRIDE"),
    "not a test": GOOD.replace("-\t-\tEPERM", "-\tsometimes\tEPERM"),
    "not a refusal": GOOD.replace("EPERM", "EOOPS"),
    "needs a refusal": GOOD.replace("EPERM", "-"),
    "has no refusal": GOOD.replace("required", "advisory"),
    "range of kernels": GOOD.replace("audit\t-", "audit\t6.1-6.5"),
    "form sys_NAME": GOOD.replace("a,b", "__x64_sys_chown"),
    "never a site": GOOD.replace("a,b", "ns_capable"),
    "is missing": GOOD.replace("chown\towner", "-\towner"),
    "not printable ASCII": GOOD.replace("owner", "\u00f6wner"),
    "trailing blanks": GOOD.replace("\n", " \n"),
    "not sorted": GOOD.replace("a,b", "d") + GOOD.replace("a,b", "c"),
    "is in line 4 too": GOOD + GOOD.replace("a,b", "b,c").replace("audit\t-", "audit\t6.5.."),
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
