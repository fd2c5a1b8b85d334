# SPDX-License-Identifier: Apache-2.0
"""Things the truth of a workload may depend on: the same on each machine, and gone with the workload's last process."""
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 1 << 18
PR_SET_CHILD_SUBREAPER = 36
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

# Lines of files in /etc that take the place of the machine's own, by their first field; other lines stay.
ACCOUNTS = {
    "passwd": ("root:x:0:0:root:/root:/bin/sh", "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin"),
    "group": ("root:x:0:", "daemon:x:1:", "tty:x:5:", "nogroup:x:65534:"),
    "shadow": ("root:*:19000:0:99999:7:::", "nobody:*:19000:0:99999:7:::"),
}
# Whole files: names are looked up in files alone.
FILES = {
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nservices: files\nprotocols: files\n",
    "hosts": "127.0.0.1 localhost caprec\n",
    "resolv.conf": "",
    "environment": "",
}
LIMITS = {
    resource.RLIMIT_CORE: (0, 0), resource.RLIMIT_NOFILE: (1024, 4096), resource.RLIMIT_MEMLOCK: (8 << 20, 8 << 20),
    resource.RLIMIT_STACK: (8 << 20, resource.RLIM_INFINITY), resource.RLIMIT_RTPRIO: (0, 0),
    resource.RLIMIT_NICE: (0, 0), resource.RLIMIT_NPROC: (resource.RLIM_INFINITY, resource.RLIM_INFINITY),
    resource.RLIMIT_FSIZE: (resource.RLIM_INFINITY, resource.RLIM_INFINITY),
    resource.RLIMIT_AS: (resource.RLIM_INFINITY, resource.RLIM_INFINITY),
}

libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def mount(source, target, kind, flags, options):
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    checked(libc.mount(*words, ctypes.c_ulong(flags), options.encode() if options else None), f"mount {target}")


def enter_namespaces():
    """Own mounts, network, host name and System V objects, of the same user namespace: what a workload changes there
    ends with its last process, and a service of this machine is not in its way."""
    checked(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET), "unshare")
    mount(None, "/", None, MS_REC | MS_PRIVATE, None)
    mount("run", "/run", "tmpfs", 0, "mode=755")
    # It is mounted as Debian does. With another group or mode a program that hands out terminals needs other
    # capabilities.
    mount("devpts", "/dev/pts", "devpts", 0, "newinstance,gid=5,mode=620,ptmxmode=666")
    checked(libc.sethostname(b"caprec", 6), "sethostname")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def with_lines(text, lines):
    """The file with these lines first, and none of the same names."""
    names = {line.split(":")[0] for line in lines}
    rest = [line for line in text.splitlines() if line.split(":")[0] not in names]
    return "\n".join(list(lines) + rest) + "\n"


def pin_files():
    """Files of /etc, where the machine has them or can be given them."""
    files = dict(FILES)
    for name, lines in ACCOUNTS.items():
        with open("/etc/" + name, encoding="utf-8", errors="surrogateescape") as file:
            files[name] = with_lines(file.read(), lines)
    os.mkdir("/run/etc", 0o755)
    for name, text in files.items():
        own, real = "/run/etc/" + name, "/etc/" + name
        if not os.path.exists(real):
            continue
        with open(own, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.chmod(own, 0o640 if name == "shadow" else 0o644)
        mount(own, os.path.realpath(real), None, MS_BIND, None)


def pin_process():
    """The properties that a process inherits from the one that started the test."""
    os.umask(0o022)
    os.setgroups([])
    os.setpriority(os.PRIO_PROCESS, 0, 0)
    for number in set(range(1, signal.NSIG)) - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for limit, value in LIMITS.items():
        try:
            resource.setrlimit(limit, value)
        except ValueError:  # no capability to raise it
            pass
    checked(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def pin():
    """Sets it for the calling process and its children."""
    pin_process()
    enter_namespaces()
    pin_files()
