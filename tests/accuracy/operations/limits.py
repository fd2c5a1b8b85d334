# SPDX-License-Identifier: Apache-2.0
"""Resource limits, and exceeding them (SYS_RESOURCE)."""
import array
import fcntl
import os
import resource
import socket

from base import Skip, Table, limit, read, strangers_process, victim, write

operation = Table()


@operation()
def rlimit_raise():
    limit(resource.RLIMIT_CORE, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 4096))


@operation()
def rlimit_lower():
    limit(resource.RLIMIT_CORE, 0)


@operation()
def rlimit_nofile_max():
    beyond = int(read("/proc/sys/fs/nr_open"))
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= beyond:
        raise Skip("the limit on open files is the kernel's")
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, beyond))


operation.add("prlimit_other", lambda: resource.prlimit(victim(), resource.RLIMIT_CORE), strangers_process)


@operation()
def pipe_size():
    reader, _writer = os.pipe()
    fcntl.fcntl(reader, 1031, int(read("/proc/sys/fs/pipe-max-size")) * 2)  # F_SETPIPE_SZ


@operation()
def pipe_size_within():
    reader, _writer = os.pipe()
    fcntl.fcntl(reader, 1031, 65536)


operation.add("oom_lower", lambda: write("/proc/self/oom_score_adj", "-500"))
operation.add("oom_raise", lambda: write("/proc/self/oom_score_adj", "500"))


@operation()
def nproc():
    """Starts one process too many."""
    limit(resource.RLIMIT_NPROC, 0)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@operation()
def inflight():
    """Sends more descriptors through sockets than may be open."""
    left, _right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    some = array.array("i", [left.fileno()] * 20)
    limit(resource.RLIMIT_NOFILE, 16)
    for _ in range(3):
        left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, some)])
