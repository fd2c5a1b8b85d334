# SPDX-License-Identifier: Apache-2.0
"""Other processes: signals, tracing, memory, their /proc files (KILL, SYS_PTRACE), timer slack."""
import ctypes
import os
import signal
import struct
import subprocess

from base import Table, call, checked, libc, read, reaches, strangers_process, victim, write
from kernel import filter_all

operation = Table()
KCMP, VM_READV, PIDFD_OPEN, PIDFD_SEND, PIDFD_GETFD, GET_ROBUST_LIST, MADVISE = 312, 310, 434, 424, 438, 274, 440
PTRACE, ATTACH, SEIZE, SETOPTIONS, GET_FILTER, CONT, TRACEME = 101, 16, 0x4206, 0x4200, 0x420C, 7, 0
WINCH = signal.SIGWINCH  # programs ignore it by default


def of_another(name, run):
    operation.add(name, lambda: run(victim()), strangers_process)


of_another("kill", lambda pid: os.kill(pid, WINCH))
of_another("kill0", lambda pid: os.kill(pid, 0))
of_another("tgkill", lambda pid: call(234, pid, pid, WINCH))
of_another("pidfd_send", lambda pid: call(PIDFD_SEND, call(PIDFD_OPEN, pid, 0), WINCH, None, 0))
of_another("sigqueue", lambda pid: call(129, pid, WINCH, struct.pack("iii4xii", WINCH, 0, -1, os.getpid(),
                                                                        os.getuid()).ljust(128, b"\0")))
of_another("ptrace_attach", lambda pid: call(PTRACE, ATTACH, pid, 0, 0))
of_another("ptrace_seize", lambda pid: call(PTRACE, SEIZE, pid, 0, 0))
of_another("robust_list", lambda pid: call(GET_ROBUST_LIST, pid, ctypes.create_string_buffer(8),
                                           ctypes.create_string_buffer(8)))
of_another("kcmp", lambda pid: call(KCMP, os.getpid(), pid, 1, 0, 0))
of_another("pidfd_getfd", lambda pid: call(PIDFD_GETFD, call(PIDFD_OPEN, pid, 0), 0, 0))
of_another("process_madvise", lambda pid: call(MADVISE, call(PIDFD_OPEN, pid, 0), struct.pack("QQ", 4096, 0), 1, 20, 0))
of_another("proc_maps", lambda pid: read(f"/proc/{pid}/maps"))
of_another("proc_environ", lambda pid: read(f"/proc/{pid}/environ"))
of_another("proc_auxv", lambda pid: read(f"/proc/{pid}/auxv"))
of_another("proc_io", lambda pid: read(f"/proc/{pid}/io"))
of_another("proc_syscall", lambda pid: read(f"/proc/{pid}/syscall"))
of_another("proc_mem", lambda pid: os.open(f"/proc/{pid}/mem", os.O_RDONLY))
of_another("proc_exe", lambda pid: os.readlink(f"/proc/{pid}/exe"))
of_another("proc_cwd", lambda pid: os.readlink(f"/proc/{pid}/cwd"))
of_another("proc_root", lambda pid: os.readlink(f"/proc/{pid}/root"))
of_another("proc_fd", lambda pid: os.listdir(f"/proc/{pid}/fd"))
of_another("proc_ns", lambda pid: os.readlink(f"/proc/{pid}/ns/net"))
of_another("proc_stack_other", lambda pid: read(f"/proc/{pid}/stack"))
of_another("proc_status", lambda pid: read(f"/proc/{pid}/status"))
of_another("map_files", lambda pid: os.listdir(f"/proc/{pid}/map_files"))
of_another("timerslack_other", lambda pid: write(f"/proc/{pid}/timerslack_ns", "50000"))


def memory_of(pid):
    """Nothing is at that address, but the kernel looks there only after the check."""
    local = ctypes.create_string_buffer(8)
    vector = struct.pack("QQ", ctypes.addressof(local), 8)
    reaches(call, VM_READV, pid, vector, 1, struct.pack("QQ", 4096, 8), 1, 0)


of_another("vm_readv", memory_of)


@operation()
def map_files_self():
    folder = "/proc/self/map_files/"
    os.close(os.open(folder + os.listdir(folder)[0], os.O_RDONLY))


def child_with_filter(act):
    """A traced child that has a filter, for act(pid)."""
    child = os.fork()
    if child == 0:
        try:
            checked(libc.prctl(38, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
            filter_all()
            call(PTRACE, TRACEME, 0, 0, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    try:
        act(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


operation.add("ptrace_child", lambda: child_with_filter(lambda pid: call(PTRACE, SETOPTIONS, pid, 0, 1)))
operation.add("ptrace_seccomp_get", lambda: child_with_filter(
    lambda pid: call(PTRACE, GET_FILTER, pid, 0, ctypes.create_string_buffer(8))))
operation.add("ptrace_suspend_seccomp", lambda: child_with_filter(
    lambda pid: call(PTRACE, SETOPTIONS, pid, 0, 1 << 21)))


# prctl(PR_SET_MM)

def own_map(exe):
    """struct prctl_mm_map with the present values."""
    fields = read("/proc/self/stat").rsplit(")", 1)[1].split()
    field = lambda number: int(fields[number - 3])  # noqa: E731
    top = libc.sbrk(0) & 0xFFFFFFFFFFFFFFFF
    values = [field(26), field(27), field(45), field(46), field(47), max(top, field(47)), field(28), field(48), field(49),
              field(50), field(51)]
    return struct.pack("11QQIi", *values, 0, 0, exe)


libc.sbrk.restype = ctypes.c_long


def set_map(exe):
    text = own_map(exe)
    checked(libc.prctl(35, 14, ctypes.c_char_p(text), ctypes.c_ulong(len(text)), ctypes.c_ulong(0)), "PR_SET_MM_MAP")


operation.add("set_mm_map", lambda: set_map(-1))
operation.add("set_mm_exe", lambda: reaches(set_map, os.open("/proc/self/exe", os.O_RDONLY)))
operation.add("set_mm_brk", lambda: reaches(
    lambda: checked(libc.prctl(35, 7, ctypes.c_ulong(libc.sbrk(0)), ctypes.c_ulong(0), ctypes.c_ulong(0)), "PR_SET_MM")))


# These are about a process that has the same ids and all capabilities, and about one's own that may not be looked at.

def peer(setting):
    setting.kept.append(subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL))
    write_pid(setting.kept[-1].pid)


def write_pid(pid):
    with open("p", "w", encoding="ascii") as file:
        file.write(str(pid))


def undumpable(act):
    """act(pid) of a child that may not be looked at."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            checked(libc.prctl(4, 0, 0, 0, 0), "PR_SET_DUMPABLE")
            os.write(tell, b"x")
            signal.pause()
        finally:
            os._exit(0)
    os.read(told, 1)
    try:
        act(child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


for name, run in {
        "exe": lambda pid: os.readlink(f"/proc/{pid}/exe"), "cwd": lambda pid: os.readlink(f"/proc/{pid}/cwd"),
        "maps": lambda pid: read(f"/proc/{pid}/maps"), "fd": lambda pid: os.listdir(f"/proc/{pid}/fd"),
        "seize": lambda pid: call(PTRACE, SEIZE, pid, 0, 0), "vm_readv": memory_of,
        "kcmp": lambda pid: call(KCMP, os.getpid(), pid, 1, 0, 0),
        "getfd": lambda pid: call(PIDFD_GETFD, call(PIDFD_OPEN, pid, 0), 0, 0),
        "kill": lambda pid: os.kill(pid, WINCH)}.items():
    operation.add("peer_" + name, lambda run=run: run(victim()), peer)
for name, run in {"exe": lambda pid: os.readlink(f"/proc/{pid}/exe"), "fd": lambda pid: os.listdir(f"/proc/{pid}/fd"),
                  "seize": lambda pid: call(PTRACE, SEIZE, pid, 0, 0)}.items():
    operation.add("undumpable_" + name, lambda run=run: undumpable(run))
for name in ("smaps", "personality", "wchan", "limits", "mountinfo"):
    of_another("proc_" + name, lambda pid, name=name: read(f"/proc/{pid}/{name}"))
of_another("proc_fdinfo", lambda pid: os.listdir(f"/proc/{pid}/fdinfo"))
of_another("proc_task_fd", lambda pid: os.listdir(f"/proc/{pid}/task/{pid}/fd"))
of_another("proc_pagemap_other", lambda pid: os.open(f"/proc/{pid}/pagemap", os.O_RDONLY))
of_another("proc_oom_other", lambda pid: write(f"/proc/{pid}/oom_score_adj", "500"))
of_another("killpg", lambda pid: os.kill(-os.getpgid(pid), 0))
