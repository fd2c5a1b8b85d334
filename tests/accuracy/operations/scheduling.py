# SPDX-License-Identifier: Apache-2.0
"""Priorities, policies, placement of memory (SYS_NICE)."""
import ctypes
import fcntl
import os
import struct
import time

from base import STRANGER, Table, call, mmap_page, strangers_process, victim

operation = Table()
IOPRIO_SET, MIGRATE_PAGES, MOVE_PAGES, MBIND, SCHED_SETATTR = 251, 256, 279, 237, 314
MOVE_ALL = 4


def of_another(name, run):
    operation.add(name, lambda: run(victim()), strangers_process)


def io_priority(pid, kind, level=4):
    call(IOPRIO_SET, 1, pid, kind << 13 | level)


operation.add("ioprio_rt", lambda: io_priority(0, 1))
operation.add("ioprio_idle", lambda: io_priority(0, 3))
of_another("ioprio_other", lambda pid: io_priority(pid, 2))
operation.add("nice", lambda: os.nice(-5))


@operation()
def nice_rlimit():
    """Moves the priority back to where it was."""
    os.nice(5)
    os.nice(-5)


operation.add("nice_up", lambda: os.nice(5))
of_another("setpriority_other", lambda pid: os.setpriority(os.PRIO_PROCESS, pid, -5))
of_another("setpriority_other_lower", lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 5))
operation.add("fifo", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
operation.add("sched_batch", lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)))
of_another("sched_other", lambda pid: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)))
of_another("sched_setparam", lambda pid: os.sched_setparam(pid, os.sched_param(0)))
of_another("affinity_other", lambda pid: os.sched_setaffinity(pid, {0}))
of_another("migrate_pages", lambda pid: call(MIGRATE_PAGES, pid, 64, struct.pack("Q", 1), struct.pack("Q", 1)))
of_another("move_pages", lambda pid: call(MOVE_PAGES, pid, 1, struct.pack("Q", 4096), None,
                                           ctypes.create_string_buffer(8), 2))


@operation()
def deadline():
    call(SCHED_SETATTR, 0, struct.pack("IIQiIQQQ", 48, 6, 0, 0, 0, 10 ** 6, 10 ** 7, 10 ** 7), 0)


@operation()
def move_all():
    page = mmap_page()
    call(MOVE_PAGES, 0, 1, struct.pack("Q", page), struct.pack("i", 0), ctypes.create_string_buffer(8), MOVE_ALL)


@operation()
def mbind_all():
    call(MBIND, mmap_page(), 4096, 1, struct.pack("Q", 1), 64, MOVE_ALL)  # MPOL_PREFERRED


@operation()
def autogroup():
    """The session is a new one. Only one change in a tenth of a second is free, for all of the machine: this operation
    may run more than once at a time, as root and as nobody."""
    with open(os.__file__, "rb") as turn:  # any file that all of them see
        fcntl.flock(turn, fcntl.LOCK_EX)
        for _ in range(20):
            time.sleep(0.11)
            try:
                file = os.open("/proc/self/autogroup", os.O_WRONLY)
                os.write(file, b"-5")
                return
            except BlockingIOError:
                continue
    raise PermissionError(1, "busy")


of_another("setpriority_user", lambda _: os.setpriority(os.PRIO_USER, STRANGER, 5))
of_another("ioprio_user", lambda _: call(IOPRIO_SET, 3, STRANGER, 2 << 13 | 4))
of_another("getpriority_other", lambda pid: os.getpriority(os.PRIO_PROCESS, pid))
