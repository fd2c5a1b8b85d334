# SPDX-License-Identifier: Apache-2.0
"""Memory that is locked, and limits on it (IPC_LOCK), faults that are handled by the program, low addresses."""
import ctypes
import mmap
import os
import resource
import socket
import struct

from base import Skip, Table, call, checked, failed, libc, limit, read

operation = Table()
MLOCK2, MEMFD_CREATE, MEMFD_SECRET, URING_SETUP, URING_REGISTER, USERFAULTFD, PERF_EVENT_OPEN = \
    325, 319, 447, 425, 427, 323, 298
MAP_LOCKED, MREMAP_MAYMOVE, ONFAULT, SHM_HUGETLB, SHM_NORESERVE = 0x2000, 1, 1, 0o4000, 0o10000
MEGABYTE = 1 << 20
libc.mmap.restype = libc.mremap.restype = ctypes.c_void_p


def lockable(size):
    limit(resource.RLIMIT_MEMLOCK, size)


def mapped(size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, file=-1, where=None):
    found = libc.mmap(ctypes.c_void_p(where), ctypes.c_size_t(size), 3, flags, file, ctypes.c_long(0))
    if found == ctypes.c_void_p(-1).value:
        failed("mmap")
    return found


def lock(size, function=libc.mlock):
    checked(function(ctypes.c_void_p(mapped(size)), ctypes.c_size_t(size)), "mlock")


@operation()
def mlock():
    lockable(0)
    lock(4096)


@operation()
def mlock_over():
    lockable(65536)
    lock(MEGABYTE)


@operation()
def mlock_within():
    lockable(65536)
    lock(4096)


@operation()
def mlockall():
    lockable(65536)
    checked(libc.mlockall(1), "mlockall")


@operation()
def mlock2_onfault():
    lockable(0)
    call(MLOCK2, mapped(4096), 4096, ONFAULT)


@operation()
def mmap_locked():
    lockable(0)
    mapped(4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_LOCKED)


@operation()
def mremap_locked():
    lockable(65536)
    small = mapped(4096)
    checked(libc.mlock(ctypes.c_void_p(small), ctypes.c_size_t(4096)), "mlock")
    if libc.mremap(ctypes.c_void_p(small), ctypes.c_size_t(4096), ctypes.c_size_t(MEGABYTE), MREMAP_MAYMOVE) == \
            ctypes.c_void_p(-1).value:
        failed("mremap")


@operation()
def shmctl_lock_limit():
    lockable(0)
    own = checked(libc.shmget(0, ctypes.c_size_t(4096), 0o1600), "shmget")
    try:
        checked(libc.shmctl(own, 11, None), "SHM_LOCK")
    finally:
        libc.shmctl(own, 0, None)


@operation()
def shm_hugetlb():
    own = checked(libc.shmget(0, ctypes.c_size_t(2 * MEGABYTE), 0o1600 | SHM_HUGETLB | SHM_NORESERVE), "shmget")
    libc.shmctl(own, 0, None)


@operation()
def memfd_hugetlb():
    call(MEMFD_CREATE, b"x", 4)


@operation()
def memfd_secret():
    lockable(0)
    file = call(MEMFD_SECRET, 0)
    os.ftruncate(file, 4096)
    mapped(4096, mmap.MAP_SHARED, file)


@operation()
def uring_buffers():
    lockable(65536)
    ring = call(URING_SETUP, 4, ctypes.create_string_buffer(120))
    buffers = struct.pack("QQ", mapped(MEGABYTE), MEGABYTE)
    call(URING_REGISTER, ring, 0, buffers, 1)


@operation()
def uring_within():
    lockable(8 * MEGABYTE)
    call(URING_SETUP, 4, ctypes.create_string_buffer(120))


@operation()
def perf_mmap():
    lockable(0)
    kilobytes = int(read("/proc/sys/kernel/perf_event_mlock_kb")) * os.cpu_count()
    pages = 1 << (2 * kilobytes // 4).bit_length()
    attributes = struct.pack("IIQQQQQ", 1, 128, 2, 0, 0, 0, 0x60) + bytes(80)
    event = call(PERF_EVENT_OPEN, attributes, 0, -1, -1, 0)
    mapped((pages + 1) * 4096, mmap.MAP_SHARED, event)


@operation()
def xdp_umem():
    lockable(0)
    one = socket.socket(44, socket.SOCK_RAW)  # AF_XDP
    one.setsockopt(283, 4, struct.pack("QQIIII", mapped(65536), 65536, 4096, 0, 0, 0))  # XDP_UMEM_REG


def faults_restricted(_setting):
    if read("/proc/sys/vm/unprivileged_userfaultfd").strip() != "0":
        raise Skip("vm.unprivileged_userfaultfd is not 0")


operation.add("uffd", lambda: call(USERFAULTFD, 0), faults_restricted)
operation.add("uffd_user", lambda: call(USERFAULTFD, 1))


def low_pages_kept(_setting):
    if int(read("/proc/sys/vm/mmap_min_addr")) == 0:
        raise Skip("vm.mmap_min_addr is 0")


@operation(low_pages_kept)
def mmap_low():
    mapped(4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x10, where=0)  # MAP_FIXED


@operation()
def overcommit():
    mapped(64 * MEGABYTE)


@operation()
def hwpoison():
    """Gives advice about an address where nothing is."""
    if libc.madvise(ctypes.c_void_p(4096), ctypes.c_size_t(4096), 100) != 0:
        error = ctypes.get_errno()
        if error == 22:
            raise Skip("madvise: no memory failures in this kernel")
        assert error not in (1, 13), "MADV_HWPOISON is refused"


@operation()
def mlockall_future():
    lockable(65536)
    checked(libc.mlockall(2), "mlockall")
    mapped(MEGABYTE)
