#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does capanalyze diff find nothing between two recordings of the same command?  Needs root.

Records each workload of corpus.tsv several times, the last time each kind of check once (--unique), and compares each
recording, and the last one as merge writes it, with the first.  (A sum of them would know programs by several temporary names.)
Pids, addresses, timing and temporary names differ; what is needed does not.
"""
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile

import workload
from accuracy import LEAST_ROWS, Programs, kept_recording, option_parser


def changes(capanalyze, first, other):
    """The output of diff without the capabilities that are granted and not needed: only -v shows those."""
    result = subprocess.run([capanalyze, "diff", "--json", first, other], capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        return ["diff failed: " + result.stderr.strip()]
    found = json.loads(result.stdout)
    return [f"{each['kind']} {each['capability']} {each['image'] or each['image_before']}"
            for kind in ("added", "removed", "changed") for each in found[kind]
            if each["kind"] not in ("newly_asked", "no_longer_asked")]


def compare(row, programs, directory, times, recordings):
    """The differences of each pair; None when the workload does not run here."""
    traces = [os.path.join(directory, f"{row.id}.{number}.cap") for number in range(times)]
    kept = recordings and kept_recording(recordings, row)
    if kept and os.path.exists(kept) and os.path.getmtime(kept) > os.path.getmtime(programs.caprec):
        shutil.move(kept, traces[0])
    for trace in traces:
        options = ["--unique"] if trace == traces[-1] else []
        if not os.path.exists(trace) and programs.record(row, trace, options=options) != workload.WORKED:
            return None
    merged = os.path.join(directory, row.id + ".merged.cap")
    subprocess.run([programs.capanalyze, "merge", traces[-1], "-o", merged], check=True, capture_output=True)
    found = [changes(programs.capanalyze, traces[0], trace) for trace in traces[1:] + [merged]]
    for trace in traces + [merged]:
        os.unlink(trace)
    return found


def main():
    parser = option_parser(__doc__)
    parser.add_argument("--times", type=int, default=10, metavar="N", help="recordings of each")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: needs root")
        return workload.SKIP_STATUS
    compared = ran = 0
    different = []
    rows = workload.read_corpus(options.corpus, options.only)
    with tempfile.TemporaryDirectory(prefix="same-runs.") as directory:
        one = functools.partial(compare, programs=Programs(options.caprec, options.capanalyze), directory=directory,
                                times=options.times, recordings=options.recordings)
        for row, found in zip(rows, workload.each(one, rows, options.jobs)):
            if found is None:
                continue
            ran += 1
            compared += len(found)
            for changed in filter(None, found):
                print(row.id, *changed, sep="\t", flush=True)
                different.append(row.id)
    print(f"{ran} rows run, {compared} pairs compared, {len(different)} differ")
    if different:
        print("FAILED: " + " ".join(sorted(set(different))))
    return 1 if different or (ran < LEAST_ROWS and not options.only) else 0


if __name__ == "__main__":
    sys.exit(main())
