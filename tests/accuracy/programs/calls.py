#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Workloads of a few system calls each: calls.py NAME [ARGUMENT...].  Ends with 0 when the calls did their work."""
import array
import ctypes
import fcntl
import mmap
import os
import socket
import struct
import subprocess
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
libc.mmap.restype = ctypes.c_void_p
PROCESS_VM_READV, PERF_EVENT_OPEN, FANOTIFY_INIT, BPF, USERFAULTFD, PIDFD_OPEN, PIDFD_GETFD, IOPL = \
    310, 298, 300, 321, 323, 434, 438, 172


def call(number, *arguments):
    """A system call that must succeed; returns its value."""
    value = libc.syscall(number, *arguments)
    if value < 0:
        raise OSError(ctypes.get_errno(), f"syscall {number}")
    return value


def must(value, what):
    if value is None or value < 0:
        raise OSError(ctypes.get_errno(), what)
    return value


def set_option(level, option, value):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.setsockopt(int(level), int(option), int(value))


def packet_socket():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as one:
        one.bind(("lo", 0))


def tun(name):
    with open("/dev/net/tun", "r+b", buffering=0) as device:
        fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))


def netlink_listen():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.bind((0, 1))  # RTMGRP_LINK


def send_credentials(pid, uid, gid):
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    right.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    sent = struct.pack("iii", int(pid) or os.getpid(), int(uid), int(gid))
    left.sendmsg([b"x"], [(socket.SOL_SOCKET, 2, sent)])  # SCM_CREDENTIALS
    assert right.recvmsg(1, 64)[1][0][2] == sent


def pid_of(path):
    with open(path, encoding="ascii") as file:
        return int(file.read())


def getfd_of(path):
    call(PIDFD_GETFD, call(PIDFD_OPEN, pid_of(path), 0), 0, 0)


def read_memory_of(path):
    pid = pid_of(path)
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        stack = int(stat.read().rsplit(")", 1)[1].split()[25])
    if not stack:  # hidden from those who may not look; any mapped address does
        raise PermissionError("no start of the stack")
    buffer = ctypes.create_string_buffer(8)
    ours = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 8)
    theirs = (ctypes.c_ulong * 2)(stack, 8)
    assert call(PROCESS_VM_READV, pid, ours, ctypes.c_ulong(1), theirs, ctypes.c_ulong(1), ctypes.c_ulong(0)) == 8


def lease(path, kind):
    with open(path, "rb") as file:
        fcntl.fcntl(file, 1024, int(kind))  # F_SETLEASE


def lock(path):
    with open(path, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_without_atime(path):
    os.close(os.open(path, os.O_RDONLY | os.O_NOATIME))


def file_handle(path):
    handle = ctypes.create_string_buffer(struct.pack("I", 128), 136)
    must(libc.name_to_handle_at(-100, path.encode(), handle, ctypes.byref(ctypes.c_int()), 0), "name_to_handle_at")


def lock_memory(size):
    size = int(size)
    block = ctypes.create_string_buffer(size)
    must(libc.mlock(block, ctypes.c_size_t(size)), "mlock")


def attach_shared_memory(identifier):
    if must(libc.shmat(int(identifier), None, 0), "shmat") == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "shmat")


def perf_open(pid, cpu, exclude_kernel):
    flags = 0x60 if int(exclude_kernel) else 0  # exclude_kernel, exclude_hv
    attributes = struct.pack("IIQQQQQ", 1, 128, 2, 0, 0, 0, flags) + bytes(80)  # software: page faults
    call(PERF_EVENT_OPEN, ctypes.c_char_p(attributes), int(pid), int(cpu), -1, ctypes.c_ulong(0))


def bpf_map():
    attributes = ctypes.create_string_buffer(struct.pack("IIII", 2, 4, 8, 1), 128)  # an array of one
    call(BPF, 0, attributes, 128)


def bpf_program(kind, *first):
    """One that returns 0; before that, instructions of the caller: code, registers, offset, immediate of each."""
    words = [tuple(int(number, 0) for number in text.split(",")) for text in first]
    code = b"".join(struct.pack("BBhi", *word) for word in words + [(0xB7, 0, 0, 0), (0x95, 0, 0, 0)])
    text, license_text = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
    attributes = ctypes.create_string_buffer(
        struct.pack("IIQQ", int(kind), len(code) // 8, ctypes.addressof(text), ctypes.addressof(license_text)), 128)
    call(BPF, 5, attributes, 128)


def not_resident(path):
    """The page of a file that nobody has read is reported truly: not in memory."""
    with open(path, "rb") as file:
        page = libc.mmap(None, ctypes.c_size_t(mmap.PAGESIZE), mmap.PROT_READ, mmap.MAP_SHARED, file.fileno(), 0)
    resident = ctypes.create_string_buffer(b"\1")
    must(libc.mincore(ctypes.c_void_p(page), ctypes.c_size_t(mmap.PAGESIZE), resident), "mincore")
    assert resident.raw[0] & 1 == 0


def fanotify(flags):
    call(FANOTIFY_INIT, int(flags, 0), 0)


def user_faults(flags):
    call(USERFAULTFD, int(flags))


def set_ids(*words):
    """Pairs of a function of os and its arguments, in order: setgroups 1,2 setuid 7."""
    for name, text in zip(words[::2], words[1::2]):
        numbers = [int(number) for number in text.split(",") if number]
        getattr(os, name)(*([numbers] if name == "setgroups" else numbers))


def worker_as(uid):
    """Does as servers do: a child gives up its identity, the parent stays as it is."""
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(int(uid))
        os.setuid(int(uid))
        os._exit(0 if os.getuid() == int(uid) else 1)
    assert os.waitpid(child, 0)[1] == 0


def user_namespace_mapped(inside):
    call(272, 0x10000000)  # unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{inside} 0 1"), ("gid_map", f"{inside} 0 1")):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(text)
    assert os.getuid() == int(inside)


def open_for_writing_effective(path):
    call(439, -100, path.encode(), os.W_OK, 0x200)  # faccessat2(AT_EACCESS)


def map_ids(kind, text):
    """Sets the map of a child in a user namespace of its own, from outside."""
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        call(272, 0x10000000)  # unshare(CLONE_NEWUSER)
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    try:
        os.write(os.open(f"/proc/{child}/{kind}", os.O_WRONLY), text.encode())
    finally:
        os.write(go[1], b"x")


def page_frame(user=None):
    page = ctypes.create_string_buffer(b"x", 4096)
    with open("/proc/self/pagemap", "rb", buffering=0) as pagemap:
        if user:
            os.setgid(int(user))
            os.setuid(int(user))
        pagemap.seek(ctypes.addressof(page) // 4096 * 8)
        assert struct.unpack("Q", pagemap.read(8))[0] & ((1 << 55) - 1)


def lists_attribute(path, name):
    assert name in os.listxattr(path)


def drop_from_bounding_set(number, tolerate):
    if libc.prctl(24, int(number), 0, 0, 0) != 0 and not int(tolerate):
        raise OSError(ctypes.get_errno(), "PR_CAPBSET_DROP")


def drop_and_look_at_child(number, renice):
    """The child holds one capability more than its parent, which looks at it or changes its priority."""
    with subprocess.Popen(["sleep", "20"]) as child:
        try:
            leave_out(int(number))
            if renice == "renice":
                os.setpriority(os.PRIO_PROCESS, child.pid, 5)
            else:
                os.readlink(f"/proc/{child.pid}/exe")
        finally:
            child.kill()


def leave_out(number):
    header, words = struct.pack("Ii", 0x20080522, 0), ctypes.create_string_buffer(24)
    must(libc.capget(header, words), "capget")
    low = [word & ~(1 << number) for word in struct.unpack("6I", words.raw)[:3]]
    must(libc.capset(header, struct.pack("3I", *low) + words.raw[12:]), "capset")


def real_time_thread():
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def read_clock_adjustment():
    must(libc.adjtimex(ctypes.create_string_buffer(256)), "adjtimex")


def kernel_log_size():
    must(libc.klogctl(10, None, 0), "syslog")


def io_privilege():
    call(IOPL, 3)


def change_root(path):
    os.chroot(path)
    os.chdir("/")


def signal_itself():
    os.kill(os.getpid(), 0)


def leave_immutable(path):
    """Sets the flags that the file has already."""
    flags = array.array("l", [0])
    with open(path, "rb") as file:
        fcntl.ioctl(file, 0x80086601, flags)
        fcntl.ioctl(file, 0x40086602, flags)


def set_clock_to_now():
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))


def talk_ftp(port, text):
    with socket.create_connection(("127.0.0.1", int(port)), 10) as one:
        file = one.makefile("rwb", buffering=0)
        for line in [None] + text.split(","):
            if line:
                file.write(line.encode() + b"\r\n")
            if not file.readline()[:1] in b"23":
                sys.exit(1)


def ask_dns(port, name):
    question = b"\x12\x34\x01\x00\x00\x01" + bytes(6) + bytes([len(name)]) + name.encode() + b"\x00\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(2)
        one.connect(("127.0.0.1", int(port)))
        one.send(question)
        assert one.recv(512)[:2] == b"\x12\x34"


def exchange(port, text, expected):
    with socket.create_connection(("127.0.0.1", int(port)), 10) as one:
        one.sendall(text.encode() + b"\r\n")
        assert expected.encode() in one.recv(512)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
