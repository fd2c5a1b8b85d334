#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What works of caprec under the kernel that this runs on?  Meant for a guest, as root; it needs nothing but /tmp.

Prints, and writes to --results, a line a check: its name, what came of it, the seconds it took, details.  What comes of
`attach` is the name of the hook; of the others `pass` or `failed`; of any of them `refused`, when the recorder said why
it cannot record here.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AS_NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"]
# Ten rows of the corpus that need no more than a small root file system: each asks something else of the recorder.
ROWS = ("true", "setgid-noop", "setgroups-drop", "chown-file", "chmod-foreign", "cat-foreign", "raise-ambient",
        "file-capability", "ls-foreign-dir", "unlink-sticky")
# ... and the ones among them that depend on what a hook sees: options, inlined sites, capset, a file's capabilities.
HOOK_ROWS = ("true", "setgroups-drop", "chown-file", "raise-ambient", "cat-foreign")
CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


class Refused(Exception):
    """The recorder said that it cannot record here."""


class Failed(Exception):
    """It should have worked."""


class Programs:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.caprec = self.program("recorder/caprec")
        self.capanalyze = self.program("analyzer/capanalyze")

    def program(self, name):
        path = os.path.join(self.build, name)
        return path if os.path.exists(path) else path + "-static"

    def record(self, command, options=(), caprec=None, prefix=()):
        """Records a command and returns the name of the trace."""
        trace = os.path.join(os.getcwd(), "check.cap")
        if os.path.exists(trace):
            os.unlink(trace)
        words = [*prefix, caprec or self.caprec, "-q", "-o", trace, *options, "--", *command]
        result = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
        if result.returncode == 125:
            reasons = re.sub(r"\s+", " ", result.stderr).strip()
            raise Refused(reasons) if "no hook" in reasons else Failed(reasons)
        if not os.path.exists(trace):
            raise Failed(f"no trace, status {result.returncode}: {result.stderr.strip()}")
        return trace

    def ask(self, *words):
        result = subprocess.run([self.capanalyze, *words], capture_output=True, text=True, check=False, timeout=120)
        if result.returncode != 0:
            raise Failed(f"capanalyze {' '.join(words)}: {result.stderr.strip()}")
        return result.stdout

    def info(self, trace):
        return json.loads(self.ask("info", "--json", trace))

    def whole(self, trace):
        """Fails when something was lost."""
        problems = self.info(trace)["trace"]["problems"]
        if problems:
            raise Failed("; ".join(problems))
        return trace

    def outcomes(self, trace):
        """(capability, granted, errno) of the checks that were the program's own."""
        events = map(json.loads, self.ask("events", "--all", "--json", trace).splitlines())
        return {(event["capability"], event["granted"], event["errno"]) for event in events
                if event["type"] == "check" and event["rule"] not in ("before-exec", "overcommit")}


@check
def attach(programs):
    info = programs.info(programs.whole(programs.record(["true"])))
    header = info["header"]
    mappings = header["mappings"]
    return header["hook"], f"{info['rows']['checks']} checks; mappings from {mappings['source']} {mappings['refused']}".strip()


@check
def chown(programs):
    trace = programs.whole(programs.record(["sh", "-c", "touch f; chown nobody f"]))
    found = json.loads(programs.ask("minimal", "--json", trace))["minimal"]["capabilities"]
    if found != ["CAP_CHOWN"]:
        raise Failed(f"the minimal set is {found}")
    report = programs.ask("report", trace)
    for text in ('fchownat("f") ok', "in setattr_prepare" if "setattr_prepare" in report else "in chown_ok"):
        if text not in report:
            raise Failed(f"the report lacks {text}: {report}")
    return "pass", "user stack: " + ("named" if re.search(r"from \S*chown\S*\+0x", report) else "without names")


@check
def outcomes(programs):
    """The answer of a call, granted or denied."""
    script = ("import os, socket\n"
              "open('g', 'w').close()\n"
              "for call in (lambda: os.chown('g', 1, -1), lambda: socket.sethostname('x' * 65), lambda: os.nice(-1)):\n"
              "    try: call()\n"
              "    except OSError: pass\n")
    found = programs.outcomes(programs.whole(programs.record(["/usr/bin/python3", "-c", script])))
    wanted = {("CAP_CHOWN", True, None), ("CAP_SYS_ADMIN", True, "EINVAL"), ("CAP_SYS_NICE", True, None)}
    script = script.replace("open('g', 'w').close()", "")
    denied = programs.outcomes(programs.whole(programs.record(["/usr/bin/python3", "-c", script], ["-u", "nobody"])))
    wanted_denied = {("CAP_CHOWN", False, "EPERM"), ("CAP_SYS_ADMIN", False, "EPERM"), ("CAP_SYS_NICE", False, "EPERM")}
    # os.nice() says EPERM and so does the system call setpriority(), but for EACCES in newer C libraries.
    denied = {(cap, granted, "EPERM" if errno == "EACCES" else errno) for cap, granted, errno in denied}
    missing = (wanted - found) | (wanted_denied - denied)
    if missing:
        raise Failed(f"not seen: {sorted(missing, key=str)}; seen: {sorted(found | denied, key=str)}")
    return "pass", f"{len(wanted)} granted, {len(wanted_denied)} denied"


@check
def running(programs):
    """What runs already, by number, in a cgroup that it comes into, and with all of the machine."""
    cgroups = next((line.split()[1] for line in open("/proc/mounts", encoding="utf-8") if line.split()[2] == "cgroup2"), None)
    if not cgroups:
        raise Failed("cgroup v2 is not mounted")
    folder = os.path.join(cgroups, "caprec-check")
    os.makedirs(folder, exist_ok=True)
    loop = subprocess.Popen(["sh", "-c", "touch r; while :; do chown 1 r; chown 2 r; sleep 0.1; done"])
    found = []
    try:
        for options in (["-p", str(loop.pid)], ["--cgroup", "caprec-check"], ["-a"]):
            trace = os.path.join(os.getcwd(), "running.cap")
            recorder = subprocess.Popen([programs.caprec, "-o", trace, "-d", "3", *options], stderr=subprocess.PIPE, text=True)
            first = recorder.stderr.readline()
            if "Ctrl-C ends it" not in first:
                raise Failed(first + recorder.communicate(timeout=120)[1])
            with open(os.path.join(folder, "cgroup.procs"), "w", encoding="utf-8") as procs:
                procs.write(str(loop.pid))
            recorder.communicate(timeout=120)
            answer = json.loads(programs.ask("minimal", "--json", programs.whole(trace)))["minimal"]["capabilities"]
            if answer != ["CAP_CHOWN"]:
                raise Failed(f"{options}: the set is {answer}")
            found.append(f"{programs.info(trace)['rows']['checks']} checks with {options[0]}")
    finally:
        loop.kill()
        loop.wait()
        while True:  # its last child
            try:
                os.rmdir(folder)
                break
            except OSError:
                time.sleep(0.1)
    return "pass", ", ".join(found)


@check
def kinds(programs):
    """Each kind of check once, and counts: the answer is that of all checks, from a few of them."""
    loop = "rm -f k; touch k; i=0; while [ $i -lt 40 ]; do chown $((i % 2)) k; nice -n -1 true; i=$((i+1)); done"
    answers, rows = [], []
    for options in ([], ["--unique"]):
        trace = programs.whole(programs.record(["sh", "-c", loop], options))
        report = json.loads(programs.ask("report", "--json", trace))
        answers.append([(each["name"], each["verdict"], each["granted"], each["denied"]) for each in report["capabilities"]])
        rows.append(programs.info(trace)["rows"]["checks"])
    if answers[0] != answers[1]:
        raise Failed(f"{answers[1]}, and of all checks {answers[0]}")
    if rows[1] * 4 > rows[0]:
        raise Failed(f"{rows[1]} of {rows[0]} checks were recorded")
    return "pass", f"{rows[1]} of {rows[0]} checks"


@check
def loss(programs):
    """Events without room are counted, and the trace is called incomplete.  The recorder is stopped meanwhile."""
    count = 4000
    script = (f"import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nopen('h', 'w').close()\n"
              f"for i in range({count}): os.chown('h', i & 1, -1)\n"
              "os.kill(os.getppid(), signal.SIGCONT)\n")
    trace = programs.record(["/usr/bin/python3", "-c", script], ["--buffer-size", "64K"])
    info = programs.info(trace)
    made, recorded = (info["footer"][name] for name in ("checks_made", "checks_recorded"))
    lost = info["trace"]["lost"]["checks"]
    if not lost or made != recorded + lost or made < count:
        raise Failed(f"{made} checks made, {recorded} recorded, {lost} lost")
    answered = subprocess.run([programs.capanalyze, "minimal", trace], capture_output=True, check=False).returncode
    if info["trace"]["complete"] or answered == 0:
        raise Failed("the trace is not called incomplete")
    return "pass", f"{made} made = {recorded} recorded + {lost} lost"


@check
def file_capabilities(programs):
    """A user without root records with the file's cap_bpf and cap_perfmon."""
    caprec = os.path.join(os.getcwd(), "caprec")
    shutil.copy(programs.caprec, caprec)
    subprocess.run(["setcap", "cap_bpf,cap_perfmon+ep", caprec], check=True)
    trace = programs.whole(programs.record(["nice", "-n", "-5", "true"], caprec=caprec, prefix=AS_NOBODY))
    if ("CAP_SYS_NICE", False, "EACCES") not in programs.outcomes(trace):
        raise Failed(f"seen: {sorted(programs.outcomes(trace), key=str)}")
    header = programs.info(trace)["header"]
    named = re.search(r"from \S+\+0x", programs.ask("report", trace))
    # perf_event_paranoid keeps perf's records of mappings from such a user: a program of our own tells them
    if header["mappings"]["source"] is None or not named:
        raise Failed(f"mappings from {header['mappings']}; no names in the user stack: {programs.ask('report', trace)}")
    return "pass", (f"{header['hook']}; mappings from {header['mappings']['source']} {header['mappings']['refused']}".strip() +
                    f"; user stack: {'named' if named else 'without names'}")


def corpus(programs, log, only=(), caprec=None):
    words = [sys.executable, "-B", os.path.join(ROOT, "tests/accuracy/accuracy.py"), "--caprec", caprec or programs.caprec,
             "--capanalyze", programs.capanalyze, "--jobs", "2", *(["--only", *only] if only else [])]
    with open(log, "w+", encoding="utf-8") as out:
        status = subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
        out.seek(0)
        text = out.read()
    counts = re.search(r"(\d+) rows run, (\d+) skipped: (\d+) exact", text)
    if not counts:
        raise Failed(" / ".join(text.strip().splitlines()[-3:]))
    detail = f"{counts[3]} of {counts[1]} exact, {counts[2]} skipped"
    wrong = re.search(r"^FAILED: .*", text, re.MULTILINE)
    if status != 0 or only and int(counts[1]) != len(only):
        raise Failed(f"{detail}; {wrong[0] if wrong else text.strip().splitlines()[-1]}")
    return "pass", detail


@check
def accuracy(programs):
    return corpus(programs, "accuracy.log", ROWS)


@check
def accuracy_all(programs):
    return corpus(programs, os.path.join(programs.logs, "accuracy.log"))


def hooks_here(programs):
    """The hooks that work here, best first, by the words of --hook."""
    words = re.search(r"--hook.*?\bone of ([\w, ]+)",
                      subprocess.run([programs.caprec, "--hook", "?", "true"], capture_output=True, text=True,
                                     check=False).stderr)[1].split(", not")[0].split(", ")
    works = []
    for word in words:
        try:
            programs.whole(programs.record(["true"], ["--hook", word]))
            works.append(word)
        except Refused:
            pass
        except Failed as reason:
            if "cannot be used here" not in str(reason):
                raise
    return works


def with_hook(programs, word):
    """A recorder that takes this hook whatever it is asked for."""
    path = os.path.join(os.getcwd(), f"caprec-{word}")
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'#!/bin/sh\nexec "{programs.caprec}" --hook {word} "$@"\n')
    os.chmod(path, 0o755)
    return path


def seconds_of_denied(prefix=()):
    """The time that 2,000 denied checks take a user without privilege."""
    script = ("import os, time\n"
              "def call():\n"
              "    try: os.setpriority(os.PRIO_PROCESS, 0, -5)\n"
              "    except OSError: return\n"
              "    raise SystemExit('it was not denied')\n"
              "call()\n"
              "began = time.perf_counter()\n"
              "for _ in range(2000): call()\n"
              "print(time.perf_counter() - began)\n")
    words = [*prefix, *AS_NOBODY, "/usr/bin/python3", "-c", script]
    return float(subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout)


@check
def hooks(programs):
    """The same sets under each hook that there is; and the time that each adds to a check, beside that of the
    tracepoint or else the first."""
    works = hooks_here(programs)
    fronts = {word: [with_hook(programs, word), "-q", "-o", "cost.cap", "--user-stacks=none", "--"] for word in works}
    exact = {word: corpus(programs, f"accuracy-{word}.log", HOOK_ROWS, fronts[word][0])[1] for word in works}
    rounds = [(seconds_of_denied(), {word: seconds_of_denied(front) for word, front in fronts.items()}) for _ in range(3)]
    added = {word: statistics.median(with_it[word] - bare for bare, with_it in rounds) for word in works}
    if min(added.values()) <= 0:
        raise Failed(f"no cost: {added}")
    base = added["tracepoint" if "tracepoint" in works else works[0]]
    return "pass", ", ".join(f"{word} {added[word] / base:.2f} x ({exact[word].split(',')[0]})" for word in works)


@check
def hooks_all(programs):
    """The whole corpus under each hook."""
    works = hooks_here(programs)
    found = {word: corpus(programs, os.path.join(programs.logs, f"accuracy-{word}.log"), (), with_hook(programs, word))[1]
             for word in works}
    return "pass", ", ".join(f"{word}: {exact}" for word, exact in found.items())


@check
def live(programs):
    """The live tests; the log has the failed ones and their output."""
    log = os.path.join(programs.logs, "live.log")
    with open(log, "w+", encoding="utf-8", errors="replace") as out:
        subprocess.run([os.path.join(programs.build, "tests/live")], stdout=out, stderr=subprocess.STDOUT, check=False)
        out.seek(0)
        text = out.read()
    counts = {word.lower(): len(set(re.findall(rf"^\[ +{word} +\] (\w+[.]\w+)", text, re.MULTILINE)))
              for word in ("OK", "FAILED", "SKIPPED")}
    detail = "{ok} passed, {failed} failed, {skipped} skipped".format(**counts)
    if counts["failed"] or not counts["ok"] or "[  PASSED  ]" not in text:
        raise Failed(detail)
    return "pass", detail


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, metavar="DIR", help="where recorder/caprec and analyzer/capanalyze are")
    parser.add_argument("--results", required=True, metavar="FILE")
    parser.add_argument("checks", nargs="+", choices=list(CHECKS))
    options = parser.parse_args()
    programs = Programs(options.build)
    programs.logs = os.path.dirname(os.path.abspath(options.results))
    os.makedirs("/tmp/checks", exist_ok=True)
    os.chmod("/tmp/checks", 0o777)  # nobody writes its trace there
    os.chdir("/tmp/checks")
    refusal = None
    with open(options.results, "w", encoding="utf-8") as out:
        for name in options.checks:
            began = time.monotonic()
            try:
                result, detail = ("refused", refusal) if refusal else CHECKS[name](programs)
            except Refused as error:
                result, detail = "refused", str(error)
                if name == "attach":
                    refusal = "as attach was"
            except (Failed, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
                result, detail = "failed", f"{type(error).__name__ if not isinstance(error, Failed) else ''} {error}".strip()
            line = f"{name}\t{result}\t{time.monotonic() - began:.1f}\t{' '.join(detail.split())}"
            print(line, flush=True)
            out.write(line + "\n")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
