#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does capanalyze diff find nothing between two recordings of the same command?  Needs root.

Records each workload of corpus.tsv several times, and compares each recording, and the last one as merge writes it, with
the first.  (A sum of them would know programs by several temporary names.)
Pids, addresses, timing and temporary names differ; what is needed does not.
"""
import json
import os
import subprocess
import sys
import tempfile

import workload
from accuracy import LEAST_ROWS, Programs, option_parser


def changes(capanalyze, first, other):
    """What diff says, without what is granted and not needed: that is shown with -v only."""
    result = subprocess.run([capanalyze, "diff", "--json", first, other], capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        return ["diff failed: " + result.stderr.strip()]
    found = json.loads(result.stdout)
    return [f"{each['kind']} {each['capability']} {each['image'] or each['image_before']}"
            for kind in ("added", "removed", "changed") for each in found[kind]
            if each["kind"] not in ("newly_asked", "no_longer_asked")]


def main():
    parser = option_parser(__doc__)
    parser.add_argument("--times", type=int, default=10, metavar="N", help="recordings of each")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: needs root")
        return workload.SKIP_STATUS
    programs = Programs(options.caprec, options.capanalyze)
    compared = ran = 0
    different = []
    with tempfile.TemporaryDirectory(prefix="same-runs.") as directory:
        for row in workload.read_corpus(options.corpus, options.only):
            traces = [os.path.join(directory, f"{row.id}.{number}.cap") for number in range(options.times)]
            if any(programs.record(row, trace) != workload.WORKED for trace in traces):
                continue
            ran += 1
            merged = os.path.join(directory, row.id + ".merged.cap")
            subprocess.run([programs.capanalyze, "merge", traces[-1], "-o", merged], check=True, capture_output=True)
            for trace in traces[1:] + [merged]:
                found = changes(programs.capanalyze, traces[0], trace)
                compared += 1
                if found:
                    print(row.id, *found, sep="\t", flush=True)
                    different.append(row.id)
            for trace in traces + [merged]:
                os.unlink(trace)
    print(f"{ran} rows run, {compared} pairs compared, {len(different)} differ")
    if different:
        print("FAILED: " + " ".join(sorted(set(different))))
    return 1 if different or (ran < LEAST_ROWS and not options.only) else 0


if __name__ == "__main__":
    sys.exit(main())
