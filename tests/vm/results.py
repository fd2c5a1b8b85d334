# SPDX-License-Identifier: Apache-2.0
"""The checks that are wanted for each kernel, their results, and the table of both."""
import collections
import json
import os

import cache

HERE = os.path.dirname(os.path.abspath(__file__))
Result = collections.namedtuple("Result", "check result seconds detail expected")
UNJUDGED, NOT_RUN, NONE = "?", "-", "none"  # NONE: the guest ended before the check did


def expectations():
    """For each column, its checks, as {check: (set, expected)}."""
    with open(os.path.join(HERE, "checks.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]
    columns = rows[0][2:]
    for row in rows:
        if len(row) != len(rows[0]):
            raise SystemExit(f"checks.tsv: the row {row[0]} has {len(row)} columns, not {len(rows[0])}")
    return {name: {row[0]: (row[1], row[2 + number]) for row in rows[1:] if row[2 + number] != NOT_RUN}
            for number, name in enumerate(columns)}


def folder(column):
    """Where the results and the logs of a column are kept."""
    return cache.path("results", column.replace("/", "_"))


def read_lines(path, expected):
    """The results that the guest wrote; NONE for checks that it did not come to."""
    found = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                fields = line.rstrip("\n").split("\t")
                if len(fields) == 4:
                    found[fields[0]] = fields
    return [Result(*found.get(check, (check, NONE, "0", "the guest ended before")), wanted)
            for check, (_, wanted) in expected.items()]


def unexpected(result):
    return result.expected != UNJUDGED and result.result != result.expected or \
        result.expected == UNJUDGED and result.result == NONE


def save(column, about, results):
    with open(os.path.join(folder(column), "results.json"), "w", encoding="utf-8") as out:
        json.dump({"kernel": column, **about, "checks": [result._asdict() for result in results]}, out, indent=1)


def markdown(columns):
    """The table for docs/kernels.md: a row for each kernel that has results, a column for each check."""
    found = []
    for column in columns:
        try:
            with open(os.path.join(folder(column), "results.json"), encoding="utf-8") as file:
                found.append(json.load(file))
        except OSError:
            continue
    names = list(dict.fromkeys(check["check"] for one in found for check in one["checks"]))
    lines = ["| kernel | release | " + " | ".join(name.replace("_", " ") for name in names) + " |",
             "|---" * (len(names) + 2) + "|"]
    for one in found:
        cells = {check["check"]: check for check in one["checks"]}
        lines.append("| " + " | ".join([one["kernel"], one["release"]] + [cell(cells.get(name)) for name in names]) + " |")
    made = sorted({f"{one['date']}, commit {one['commit']}" for one in found})
    return "\n".join([*lines, "", "Measured in emulated machines: " + "; ".join(made) + "."])


def cell(check):
    if check is None:
        return "not run"
    if check["result"] in ("pass", "failed") and check["check"] in ("live", "accuracy", "accuracy_all", "hooks", "hooks_all"):
        return check["detail"].split(";")[0]
    return {"pass": "yes", "none": "not finished"}.get(check["result"], check["result"])
