#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Finds by trying which capabilities the operations of operations.tsv need here, as root and as nobody, and compares.

The same search as truth.py.  As nobody a capability is given in the ambient set.  FAIL: it does not work with all of them
either.  What this machine lacks, be it a capability, is said and not compared.
"""
import argparse
import concurrent.futures
import sys

import operation_table
import truth
import workload

WAYS = {"root": (workload.as_root_with, 0), "nobody": (workload.as_nobody_with, workload.NOBODY)}


def here(clauses, held):
    """The clauses reduced to capabilities that can be had here; None when one cannot be met."""
    if clauses is None:
        return None
    left = [clause & held for clause in clauses]
    return None if any(not clause for clause in left) else left


def find(row, way):
    given, owner = WAYS[way]
    search = truth.Search(row.alone(owner), given, owner)
    known = here(row.clauses(way), frozenset(search.held))
    hints = [[min(sorted(clause), key=truth.power) for clause in known]] if known is not None else []
    try:
        found = workload.format_clauses(search.clauses(hints))
    except truth.Hopeless:
        found = operation_table.HOPELESS
    except truth.NotHere as reason:
        return row, way, f"skipped: {reason}", True
    except truth.Unclear as unclear:
        found = f"?? {unclear}"
    except SystemExit as broken:
        found = f"?? {broken}"
    lacking = row.clauses(way) is not None and known is None
    same = found == operation_table.HOPELESS if lacking else known is not None and found == workload.format_clauses(known)
    return row, way, found, same or found == row.truth[way]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="FILE", help="write the table with what was found to FILE")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="side by side")
    parser.add_argument("--as", dest="way", choices=sorted(WAYS), help="only as one of the two")
    parser.add_argument("id", nargs="*", help="operations; all when none is named")
    options = parser.parse_args()
    rows = operation_table.read(options.id)
    workload.programs()
    different = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        ways = [options.way] if options.way else list(WAYS)
        waiting = [pool.submit(find, row, way) for row in rows for way in ways]
        found = {}
        for each in waiting:
            row, way, text, same = each.result()
            found[row.name, way] = text
            different += not same
            print(row.name, way, text, "" if same else f"the table says {row.truth[way] or '?'}", sep="\t", flush=True)
    if options.write:
        operation_table.write(options.write, operation_table.read(), found)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
