#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Operations, each in a folder of its own below $T.

  main.py setup UID FAMILY/NAME...    prepares for a caller, as root; what it keeps ends with its background process
  main.py grant LAUNCHER FAMILY/NAME=MASK...   copies the launcher there, with capabilities
  main.py batch FILE FAMILY/NAME...   does one after another, each by a program of its own; FILE gets a line for each
  main.py do FAMILY/NAME              does one: 0 when the kernel allowed it, 77 when this machine cannot tell
"""
import errno
import importlib
import os
import shutil
import signal
import struct
import subprocess
import sys

SKIPPED, SECONDS = 77, 60
REMOUNT, BIND = 32, 4096
PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin")  # links to Python, one for each operation


def find(path):
    family, name = path.split("/")
    return importlib.import_module(family).operation.operations[name]


def folder(path):
    return os.path.join(os.environ["T"], path.split("/")[1])


def open_up(path):
    """Device nodes and file capabilities are to count, whatever /tmp's mount options; only the workload sees this."""
    from base import checked, libc
    if os.statvfs(path).f_flag & (os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC):
        while not os.path.ismount(path):
            path = os.path.dirname(path)
        checked(libc.mount(None, path.encode(), None, REMOUNT | BIND, None), "remount")


def set_up(uid, paths):
    from base import Setting, Skip
    open_up(os.environ["T"])
    setting = Setting(uid)
    for path in paths:
        os.mkdir(folder(path))
        os.chown(folder(path), uid, uid)
        os.chdir(folder(path))
        try:
            setup = find(path).setup
            if setup:
                setup(setting)
        except Skip as reason:
            with open("skipped", "w", encoding="utf-8") as file:
                file.write(str(reason))
    if os.fork() == 0:  # the child keeps files open that have to stay open
        signal.pause()


def grant(launcher, gifts):
    """File capabilities, effective: struct vfs_ns_cap_data of revision 2."""
    for path, mask in (gift.split("=") for gift in gifts):
        copy = os.path.join(folder(path), "launch")
        shutil.copy(launcher, copy)
        low, high = int(mask, 16) & 0xFFFFFFFF, int(mask, 16) >> 32
        os.setxattr(copy, "security.capability", struct.pack("<5I", 0x02000001, low, 0, high, 0))


def do(path):
    """Reports by the exit status, and says why on standard error."""
    from base import Skip
    try:
        find(path).run()
    except Skip as reason:
        print(reason, file=sys.stderr)
        return SKIPPED
    except (OSError, ValueError, AssertionError) as error:
        print(error, file=sys.stderr)
        return SKIPPED if getattr(error, "errno", 0) in (errno.ENOTTY, errno.EOPNOTSUPP) else 1
    return 0


def command(path):
    """The program is a link to Python named after the operation; where `launch` is there, it gives it capabilities."""
    words = [os.path.join(PROGRAMS, path.split("/")[1]), "-S", "-s", "-B", os.path.abspath(__file__), "do", path]
    return ["./launch"] + words if os.path.exists("launch") else words


def one_of_batch(path):
    """Its line in the result file: name, exit status, message."""
    os.chdir(folder(path))
    if os.path.exists("skipped"):
        with open("skipped", encoding="utf-8") as file:
            return SKIPPED, file.read()
    environment = dict(os.environ, PYTHONHOME=os.path.dirname(os.path.dirname(os.path.realpath(sys.executable))))
    try:
        result = subprocess.run(command(path), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, start_new_session=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return 1, "does not end"
    return result.returncode, (result.stderr.decode(errors="replace").strip().splitlines() or [""])[-1]


def batch(output, paths):
    """Ends with 1 when one of them failed: a run that went well has no failures by look-ups."""
    failed = False
    with open(output, "a", encoding="utf-8") as out:
        for path in paths:
            status, said = one_of_batch(path)
            failed = failed or status not in (0, SKIPPED)
            print(path.split("/")[1], status, said.replace("\t", " "), sep="\t", file=out, flush=True)
    return int(failed)


if __name__ == "__main__":
    if sys.argv[1] == "setup":
        set_up(int(sys.argv[2]), sys.argv[3:])
    elif sys.argv[1] == "grant":
        grant(sys.argv[2], sys.argv[3:])
    elif sys.argv[1] == "batch":
        sys.exit(batch(sys.argv[2], sys.argv[3:]))
    else:
        sys.exit(do(sys.argv[2]))
