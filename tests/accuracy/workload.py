#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The corpus of workloads, and one run of a workload that leaves nothing behind."""
import concurrent.futures
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import surroundings

CAPS = """chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable
net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot
sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease
audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read
perfmon bpf checkpoint_restore""".split()

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
OPERATIONS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations")
copied_programs = []
# Shell functions for the corpus.  `await` tries until something works, or until the last background process has ended
# and it still does not.  `listening`: does somebody listen on this TCP port of IPv4?  `nobodys` starts a process of
# nobody, with its id in the file p.  `kept`: has a daemon become that user and kept capabilities (its pid file is often
# written before)?
FUNCTIONS = """await() {
    tries=0
    until "$@"; do
        [ -z "$!" ] || runs $! || { "$@"; return; }
        [ $((tries += 1)) -lt 200 ] || return
        sleep 0.05
    done
}
runs() { { while read -r key value rest; do [ "$key" != State: ] || break; done < /proc/$1/status; } 2> /dev/null && case $value in Z | X) false ;; esac; }
listening() { grep -q "$(printf ':%04X 00000000:0000 0A' "$1")" /proc/net/tcp; }
nobodys() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@" & echo $! > p; await grep -qx "$1" /proc/$!/comm; }
kept() { grep -q "^Uid:.$(id -u "$1")" /proc/$2/status && ! grep -q '^CapEff:.0*$' /proc/$2/status; }
roots() { "$@" & echo $! > p; await grep -qx sleep /proc/$!/comm; }
"""
BUILTIN = set("await cd command do done echo exit false kept kill listening nobodys printf read roots test true ulimit wait while".split())
NOBODY = 65534

# The answers of a run.
WORKED, FAILED, NO_SETUP, MISSING = "worked", "failed", "no setup", "missing program"
SKIP_STATUS = 77  # the exit status of a setup or a command when something that this workload needs is not here


class Row:
    def __init__(self, line):
        fields = line.rstrip("\n").split("\t")
        fields += [""] * (5 - len(fields))
        self.id, self.setup, self.command, self.truth_text, self.note = fields[:5]
        self.undecidable = self.note.startswith("undecidable:")

    def missing_programs(self):
        """The programs that stand where a shell expects a command, and are not here."""
        text = re.sub(r"'[^']*'", "''", self.setup + " ; " + self.command)
        words = re.findall(r"(?:^|[;&|(!]|\bdo\b|\bawait\b|\bnobodys\b|\broots\b)\s*([a-z][\w.+-]*)(?=\s|$|[;)])", text)
        return sorted({word for word in words if word not in BUILTIN and not shutil.which(word, path=PATH)})

    @property
    def truth(self):
        """Clauses, each a set of names of which one is needed; None when it is not known yet."""
        return parse_clauses(self.truth_text)


def parse_clauses(text):
    if text in ("", "?"):
        return None
    return [] if text == "-" else [frozenset(clause.split("|")) for clause in text.split()]


def format_clauses(clauses):
    return " ".join(sorted("|".join(sorted(clause, key=CAPS.index)) for clause in clauses)) or "-"


def read_corpus(path, only=()):
    with open(path, encoding="utf-8") as lines:
        rows = [Row(line) for line in lines if line.strip() and not line.startswith("#")]
    names = [row.id for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    unknown = sorted(set(only) - set(names))
    if twice or unknown:
        sys.exit(f"{path}: " + " ".join(["id twice:"] + twice if twice else ["no such row:"] + unknown))
    return [row for row in rows if not only or row.id in only]


def held_capabilities():
    """The capabilities that root can have here: the bounding set of this process."""
    with open("/proc/self/status", encoding="ascii") as status:
        bits = int(next(line for line in status if line.startswith("CapBnd")).split()[1], 16)
    return [name for number, name in enumerate(CAPS) if bits >> number & 1]


def as_root_with(caps):
    """The words in front of a command that is to run as uid 0 with just these capabilities."""
    selection = ",".join(["-all"] + ["+" + cap for cap in caps])
    return ["setpriv", "--bounding-set", selection, "--inh-caps", "-all"]


def as_nobody_with(caps):
    """The same as the user nobody, who has them as ambient capabilities."""
    selection = ",".join(["-all"] + ["+" + cap for cap in caps])
    return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--inh-caps", selection,
            "--ambient-caps", selection]


def programs():
    """A copy of the folders `programs` and `operations` that everybody may read, wherever this tree lies."""
    if not copied_programs:
        copied_programs.append(tempfile.TemporaryDirectory(prefix="accuracy-programs."))
        directory = copied_programs[0].name
        os.chmod(directory, 0o755)
        for name in os.listdir(PROGRAMS):
            shutil.copyfile(os.path.join(PROGRAMS, name), os.path.join(directory, name))
        shutil.copytree(OPERATIONS, os.path.join(directory, "operations"))
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", directory], check=True)
    return copied_programs[0].name


def kill_descendants():
    """Ends processes that a workload left running; as a subreaper, this process is the parent of them all."""
    for _ in range(200):
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as children:
            pids = [int(pid) for pid in children.read().split()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, 0 if pids else os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
    raise TimeoutError("processes that do not end")


def run_inside(directory, row, prefix, timeout, output):
    """In the forked child: setup and command; answers one of the words above."""
    environment = dict(PATH=PATH, T=directory, P=programs(), HOME=directory, TMPDIR=directory, LC_ALL="C", TERM="dumb",
                       USER="root", LOGNAME="root", SHELL="/bin/sh")
    options = dict(cwd=directory, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, timeout=timeout,
                   stdout=output, stderr=output)
    surroundings.pin()
    try:
        if row.setup:
            status = subprocess.run(["sh", "-c", FUNCTIONS + row.setup], **options).returncode
            if status != 0:
                return MISSING if status in (127, SKIP_STATUS) else NO_SETUP
        status = subprocess.run(prefix + ["sh", "-c", FUNCTIONS + row.command], **options).returncode
        return {0: WORKED, SKIP_STATUS: MISSING}.get(status, FAILED)
    except subprocess.TimeoutExpired:
        return FAILED
    finally:
        kill_descendants()
        subprocess.run(["chattr", "-R", "-i", "-a", "."], cwd=directory, check=False, stderr=subprocess.DEVNULL)


def run(row, prefix, owner=0, timeout=60, verbose=False):
    """Runs a workload once, its command behind the words of `prefix`.  Returns its answer and the seconds it took."""
    if row.missing_programs():
        return MISSING, 0.0
    programs()  # before the fork: the copy is for all runs
    directory = tempfile.mkdtemp(prefix="accuracy.")
    os.chmod(directory, 0o755)
    os.chown(directory, owner, owner)
    start = time.monotonic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        answer = "broken"
        try:
            os.close(reader)
            with open(os.devnull, "wb") as null:
                answer = run_inside(directory, row, prefix, timeout, sys.stderr if verbose else null)
        except BaseException as error:  # pylint: disable=broad-except
            answer = f"broken: {error}"
        finally:
            os.write(writer, answer.encode())
            os._exit(0)
    os.close(writer)
    select.select([reader], [], [], 3 * timeout)
    answer = os.read(reader, 4096).decode()
    os.close(reader)
    os.waitpid(child, 0)
    shutil.rmtree(directory, ignore_errors=True)
    if answer.startswith("broken") or not answer:
        sys.exit(f"{row.id}: {answer}")
    return answer, time.monotonic() - start


def each(function, rows, jobs):
    """The results of function(row) in the order of the rows; several workloads run side by side."""
    programs()
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(function, rows)
