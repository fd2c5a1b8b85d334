#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Acts on another process: others.py NAME PID [ARGUMENT...].  Ends with 0 when that was allowed."""
import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE = 0x4206
NUMBERS = {"kcmp": 312, "pidfd_open": 434, "get_robust_list": 274, "move_pages": 279}
PIDFD_GET_UTS_NAMESPACE, CLONE_NEWUTS = 0xFF0A, 0x4000000


def must(value, what):
    if value < 0:
        raise OSError(ctypes.get_errno(), what)
    return value


def call(name, *arguments):
    numbers = (ctypes.c_long(one) if isinstance(one, int) else one for one in arguments)
    return must(libc.syscall(NUMBERS[name], *numbers), name)


def seize(pid):
    must(libc.ptrace(PTRACE_SEIZE, int(pid), None, None), "ptrace")


def kcmp(pid):
    call("kcmp", int(pid), os.getpid(), 1, 0, 0)


def kcmp_reversed(pid):
    call("kcmp", os.getpid(), int(pid), 1, 0, 0)


def robust_list(pid):
    head, length = ctypes.c_void_p(), ctypes.c_size_t()
    call("get_robust_list", int(pid), ctypes.byref(head), ctypes.byref(length))


def pages(pid):
    call("move_pages", int(pid), 0, 0, 0, 0, 0)


def namespace_of(pid):
    os.close(must(libc.ioctl(call("pidfd_open", int(pid), 0), PIDFD_GET_UTS_NAMESPACE, 0), "ioctl"))


def enter_uts(pid):
    must(libc.setns(call("pidfd_open", int(pid), 0), CLONE_NEWUTS), "setns")


def open_dir(pid, entry):
    """Opens it from the directory of the process, by descriptor."""
    directory = os.open(f"/proc/{pid}", os.O_PATH)
    os.readlink(entry, dir_fd=directory)


def nice_group(pid):
    os.setpriority(os.PRIO_PGRP, os.getpgid(int(pid)), 3)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
