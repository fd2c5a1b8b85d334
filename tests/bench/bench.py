#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what recording costs, next to perf on the same work in the same run, as a markdown table.

Runs of the programs that are compared alternate, so that a change of the machine's speed meets all of them; the
figures are medians over the rounds.  Needs root.  Never fails on a time, only on a program that does not work.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

EVENT = "capability:cap_capable"
PERF = ["perf", "record", "-q", "-c", "1", "-e", EVENT]


def median(values):
    return statistics.median(values) if values else float("nan")


def run(command, **options):
    """Seconds and result of a command that must succeed."""
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", **options)
    seconds = time.monotonic() - start
    if result.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: status {result.returncode}\n{result.stderr[-2000:]}")
    return seconds, result


class Bench:
    def __init__(self, build, work, quick):
        self.work = work
        self.rounds = 2 if quick else 5
        self.scale = 10 if quick else 1
        self.caprec = os.path.join(build, "recorder", "caprec")
        self.capanalyze = os.path.join(build, "analyzer", "capanalyze")
        self.loop = os.path.join(work, "loop")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loop.c")
        run(["cc", "-O2", "-o", self.loop, source])
        self.storm = os.path.join(work, "fill_tables")
        self.storm_source = os.path.join(os.path.dirname(source), "..", "live", "workloads", "fill_tables.c")
        os.chmod(work, 0o755)  # the loop runs as nobody
        self.perf = self.find_perf()
        self.rows = []

    def find_perf(self):
        """Whether perf can record here; prints the reason when it cannot."""
        if not shutil.which("perf"):
            print("bench: perf is not installed: its columns stay empty", file=sys.stderr)
            return False
        result = subprocess.run(PERF + ["-o", self.path("try.data"), "/bin/true"], capture_output=True, text=True)
        if result.returncode != 0:
            print(f"bench: perf cannot record {EVENT}: {result.stderr.strip()[-300:]}", file=sys.stderr)
        return result.returncode == 0

    def path(self, name):
        return os.path.join(self.work, name)

    def size(self, name):
        return os.path.getsize(self.path(name))

    def row(self, what, bare="", ours="", perf="", perf_g=""):
        self.rows.append((what, bare, ours, perf, perf_g))
        print("  " + " | ".join(self.rows[-1]), file=sys.stderr)

    # The recorders under comparison: name -> the command that goes in front of the workload.
    def recorders(self, tag):
        front = {"bare": [], "ours": [self.caprec, "-q", "-o", self.path(tag + ".cap"), "--"]}
        if self.perf:
            front["perf"] = PERF + ["-o", self.path(tag + ".perf"), "--"]
            front["perf_g"] = PERF + ["-g", "-o", self.path(tag + ".perf_g"), "--"]
        return front

    def paired(self, tag, command, seconds_of, rounds=None):
        """name -> one figure for each round; the recorders take turns."""
        front = self.recorders(tag)
        figures = {name: [] for name in front}
        for _ in range(rounds or self.rounds):
            for name, prefix in front.items():
                figures[name].append(seconds_of(*run(prefix + command)))
        return figures

    def report(self, tag):
        _, result = run([self.capanalyze, "--json", self.path(tag + ".cap")])
        return json.loads(result.stdout)

    def perf_samples(self, data):
        """Samples in a perf file, from perf's own statistics."""
        _, result = run(["perf", "report", "--stats", "-i", self.path(data)])
        counts = re.findall(r"SAMPLE events:\s+(\d+)", result.stdout)
        return int(counts[-1]) if counts else 0

    def checks(self):
        count = 1_000_000 // self.scale
        inside = lambda _, result: float(result.stdout) * 1e6 / count  # us for each call, without start and stop
        figures = self.paired("loop", [self.loop, "denied", str(count)], inside)
        bare = figures["bare"]
        added = {n: [a - b for a, b in zip(f, bare)] for n, f in figures.items() if n != "bare"}
        cells = {n: f"{median(f):.2f} us" for n, f in added.items()}
        self.row(f"added to each of {count:,} denied checks", f"(the call: {median(bare):.2f} us)", **cells)
        if self.perf:
            ratio = {n: f"{median([a / o for a, o in zip(added[n], added['ours'])]):.1f} x"
                     for n in ("perf", "perf_g")}
            self.row("... beside ours", ours="1 x", **ratio)
        trace = self.report("loop")["trace"]
        lost = {"ours": f"{trace['lost']['checks']:,}"}
        sizes = {"ours": f"{self.size('loop.cap') / count:.2f} B"}
        for name in ("perf", "perf_g") if self.perf else ():
            samples = self.perf_samples("loop." + name)
            lost[name] = f"{max(0, count - samples):,}"
            sizes[name] = f"{self.size('loop.' + name) / max(1, samples):.0f} B"
        self.row("... of them lost", **lost)
        self.row("file, for each check kept", **sizes)
        return count

    def measure(self, command):
        """Seconds, and the most memory in MiB."""
        log = self.path("time")
        with open(os.devnull, "wb") as sink:
            done = subprocess.run(["/usr/bin/time", "-o", log, "-f", "%e %M"] + command, stdout=sink,
                                  stderr=subprocess.PIPE)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(command)} failed\n{done.stderr.decode(errors='replace')[-2000:]}")
        with open(log) as text:
            seconds, kib = text.read().split()[-2:]
        return float(seconds), int(kib) / 1024

    def cost(self, command):
        runs = [self.measure(command) for _ in range(self.rounds)]
        return f"{median([r[0] for r in runs]):.2f} s, {max(r[1] for r in runs):.0f} MiB"

    def analysis(self, count):
        quarter = count // 4
        run([self.caprec, "-q", "-o", self.path("quarter.cap"), "--", self.loop, "denied", str(quarter)])
        self.row(f"report of {quarter:,} checks", ours=self.cost([self.capanalyze, self.path("quarter.cap")]))
        others = {}
        if self.perf:
            data = self.path("loop.perf_g")
            others["perf"] = "script: " + self.cost(["perf", "script", "-i", data])
            others["perf_g"] = "report: " + self.cost(["perf", "report", "--stdio", "-i", data])
        self.row(f"report of {count:,} checks", ours=self.cost([self.capanalyze, self.path("loop.cap")]), **others)

    def merging(self):
        count = 1_000 // self.scale
        folder = self.path("runs")
        os.mkdir(folder)
        script = f"touch {self.path('f')}; chown nobody {self.path('f')}; rm {self.path('f')}"
        for number in range(count):
            run([self.caprec, "-q", "-o", os.path.join(folder, f"{number}.cap"), "--", "sh", "-c", script])
        size = sum(entry.stat().st_size for entry in os.scandir(folder))
        merge = [self.capanalyze, "merge", folder, "-o", self.path("all.cap")]
        self.row(f"{count:,} traces ({size / 2**20:.1f} MiB) merged", ours=self.cost(merge))
        self.row("... on one processor", ours=self.cost(["taskset", "-c", "0"] + merge))
        self.row("... the result", ours=f"{self.size('all.cap') / 2**20:.2f} MiB")
        self.row("... its report", ours=self.cost([self.capanalyze, self.path("all.cap")]))

    def start_stop(self):
        figures = self.paired("true", ["/bin/true"], lambda seconds, _: seconds, 2 * self.rounds)
        self.row("`/bin/true`, start to end", **{n: f"{median(f):.3f} s" for n, f in figures.items()})

    def execs(self):
        count = 2_000 // self.scale
        script = f"i=0; while [ $i -lt {count} ]; do /bin/true; i=$((i+1)); done"
        figures = self.paired("execs", ["sh", "-c", script], lambda seconds, _: seconds)
        self.row(f"a script that runs {count:,} programs", **{n: f"{median(f):.2f} s" for n, f in figures.items()})
        names = {"ours": "execs.cap", "perf": "execs.perf", "perf_g": "execs.perf_g"}
        self.row("... its file", **{n: f"{self.size(f) / 2**20:.2f} MiB" for n, f in names.items()
                                    if os.path.exists(self.path(f))})

    def forks(self):
        count = 100_000 // self.scale
        bare, _ = run([self.loop, "fork", str(count)])
        ours, _ = run([self.caprec, "-q", "-o", self.path("forks.cap"), "--", self.loop, "fork", str(count)])
        report = self.report("forks")
        seen, lost = len(report["processes"]) - 1, report["trace"]["lost"]["processes"]
        self.row(f"{count:,} short-lived processes", f"{bare:.1f} s", f"{ours:.1f} s, {seen:,} seen, {lost:,} lost")

    def no_check(self):
        count = 10_000_000 // self.scale
        command = [self.loop, "getppid", str(count)]
        figures = {"bare": [], "tracked": [], "untracked": []}
        record = [self.caprec, "-q", "-o", self.path("idle.cap"), "--"]
        for _ in range(self.rounds):
            figures["bare"].append(float(run(command)[1].stdout))
            figures["tracked"].append(float(run(record + command)[1].stdout))
            # The recorded command says on its stdout that recording is on, then waits for its stdin to end.
            with subprocess.Popen(record + ["sh", "-c", "echo on; cat"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as recorder:
                recorder.stdout.readline()
                figures["untracked"].append(float(run(command)[1].stdout))
                recorder.stdin.close()
        ns = {name: median(f) / count * 1e9 for name, f in figures.items()}
        self.row("a syscall without a check (getppid)", f"{ns['bare']:.0f} ns",
                 f"{ns['tracked']:.0f} ns tracked, {ns['untracked']:.0f} ns elsewhere on the machine")

    def memory_in_storm(self, count):
        """MiB of the recorder's own memory, and of the kernel side's maps without the ring, after so many."""
        record = [self.caprec, "-q", "--user-stacks=none", "-o", "/dev/null", "--", "sh", "-c",
                  f"{self.storm} all {count}; echo on; cat"]
        with subprocess.Popen(record, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=self.work) as recorder:
            recorder.stdout.readline()
            own, maps, ring = 0, {}, 0
            with open(f"/proc/{recorder.pid}/status") as status:
                own = next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))
            for entry in os.scandir(f"/proc/{recorder.pid}/fdinfo"):
                with open(entry.path) as text:
                    facts = dict(line.split(":", 1) for line in text if ":" in line)
                if "map_id" in facts:
                    maps[facts["map_id"]] = int(facts["memlock"])
                    ring = int(facts["memlock"]) if facts["map_type"].strip() == "27" else ring
            recorder.stdin.close()
        return own / 1024, (sum(maps.values()) - ring) / 2**20

    def memory(self):
        count = 300_000 // self.scale
        run(["cc", "-O1", "-o", self.storm, self.storm_source])
        open(self.path("f"), "w").close()
        for times in (1, 3):
            own, maps = self.memory_in_storm(times * count)
            self.row(f"memory after {times * count:,} new credentials, paths, names and stacks",
                     ours=f"{own:.0f} MiB, {maps:.0f} MiB in the kernel")

    def table(self):
        model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                     os.uname().machine)
        print(f"{os.cpu_count()} cores ({model}), Linux {os.uname().release}, medians of {self.rounds} rounds\n")
        print("| what | bare | caprec | perf record | perf record -g |")
        print("|---|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(cell or "-" for cell in row) + " |")


def with_tracefs():
    """perf needs tracefs: where it is not mounted, go on in a mount namespace of our own."""
    if os.path.exists("/sys/kernel/tracing/events") or os.environ.get("CAPREC_BENCH_MOUNTED"):
        return
    os.environ["CAPREC_BENCH_MOUNTED"] = "1"
    script = 'mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null; exec "$@"'
    os.execvp("unshare", ["unshare", "-m", "sh", "-c", script, "sh", sys.executable] + sys.argv)


def other_hooks(build, kernel):
    """The cost that each hook adds to a denied check, beside that of the first, under a kernel that has several, in an
    emulated machine: only ratios mean something there."""
    short = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm", "short")
    result = subprocess.run([short, "--build", build, "--checks", "attach", "hooks", "--", kernel], capture_output=True, text=True)
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    found = [row[5] for row in rows if row[1:3] == ["hooks", "pass"]]
    print(f"\nA denied check by each hook, Linux {kernel} in an emulated machine: {found[0] if found else 'not measured: ' + (result.stdout + result.stderr).strip()[-300:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="build directory with both programs")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, two rounds")
    parser.add_argument("--vm", metavar="KERNEL", help="also the hooks beside each other under this kernel of tests/vm, such as 6.18")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("bench: needs root")
    with_tracefs()
    with tempfile.TemporaryDirectory(prefix="caprec-bench-") as work:
        bench = Bench(os.path.abspath(options.build), work, options.quick)
        count = bench.checks()
        bench.start_stop()
        bench.execs()
        bench.analysis(count)
        bench.merging()
        bench.forks()
        bench.no_check()
        bench.memory()
        bench.table()
    if options.vm:
        other_hooks(os.path.abspath(options.build), options.vm)


if __name__ == "__main__":
    main()
