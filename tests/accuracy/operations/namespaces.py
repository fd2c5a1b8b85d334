# SPDX-License-Identifier: Apache-2.0
"""New namespaces, and those of others (SYS_ADMIN, SYS_CHROOT)."""
import ctypes
import os
import signal
import struct

from base import Table, call, checked, libc, strangers_process, victim, write
from mounts import mount

operation = Table()
UNSHARE, SETNS, CLONE3, PIDFD_OPEN = 272, 308, 435, 434
FLAGS = {"ns": 0x20000, "net": 0x40000000, "uts": 0x4000000, "ipc": 0x8000000, "pid": 0x20000000, "cgroup": 0x2000000,
         "time": 0x80, "user": 0x10000000}
FILES = {"mnt": "ns", "net": "net", "uts": "uts", "ipc": "ipc", "pid": "pid", "cgroup": "cgroup"}

for kind, flag in FLAGS.items():
    operation.add("unshare_" + kind, lambda flag=flag: call(UNSHARE, flag))


def clone3(flags, set_tid=None):
    """fork with flags; the child ends at once."""
    tids = struct.pack("i", set_tid or 0)
    buffer = ctypes.create_string_buffer(tids)
    arguments = struct.pack("11Q", flags, 0, 0, 0, signal.SIGCHLD, 0, 0, 0,
                            ctypes.addressof(buffer) if set_tid else 0, 1 if set_tid else 0, 0)
    child = call(CLONE3, arguments, len(arguments))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@operation()
def clone_newuts():
    clone3(FLAGS["uts"])


@operation()
def clone_plain():
    clone3(0)


@operation()
def clone3_set_tid():
    taken = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    highest = int(open("/proc/sys/kernel/pid_max", encoding="ascii").read())
    clone3(0, next(pid for pid in range(highest - 1 - os.getpid() % 1000, 300, -1) if pid not in taken))


def kept_namespace(file):
    """Another namespace, kept by a mount: opening that needs no permission, as a link in /proc does."""
    def setup(_setting):
        open("n", "w", encoding="ascii").close()
        reader, writer = os.pipe()
        done, end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(end)
            call(UNSHARE, FLAGS[FILES[file]])
            if file == "pid" and os.fork() == 0:
                os.write(writer, b"x")
                os.read(done, 1)
                os._exit(0)
            if file != "pid":
                os.write(writer, b"x")
            os.read(done, 1)
            os._exit(0)
        os.read(reader, 1)
        source = f"/proc/{child}/ns/" + ("pid_for_children" if file == "pid" else file)
        mount(source.encode(), b"n", None, 4096)
        os.close(end)
        os.waitpid(child, 0)
    return setup


def enter(flag):
    call(SETNS, os.open("n", os.O_RDONLY), flag)


for file, kind in FILES.items():
    if file != "mnt":  # a mount namespace cannot be mounted in one that is younger
        operation.add("setns_" + file, lambda kind=kind: enter(FLAGS[kind]), kept_namespace(file))


operation.add("setns_mnt", lambda: call(SETNS, os.open("/proc/self/ns/mnt", os.O_RDONLY), FLAGS["ns"]))
operation.add("setns_pidfd", lambda: call(SETNS, call(PIDFD_OPEN, victim(), 0), FLAGS["uts"]), strangers_process)


@operation()
def timens():
    call(UNSHARE, FLAGS["time"])
    write("/proc/self/timens_offsets", "monotonic 10 0")


@operation()
def chroot():
    os.chroot(".")


@operation()
def hostname_get():
    os.uname()


operation.add("sethostname", lambda: checked(libc.sethostname(b"name", 4), "sethostname"))
operation.add("setdomainname", lambda: checked(libc.setdomainname(b"name", 4), "setdomainname"))
