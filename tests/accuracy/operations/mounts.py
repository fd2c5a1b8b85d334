# SPDX-License-Identifier: Apache-2.0
"""Mounts, new and old calls, quotas and swap (SYS_ADMIN)."""
import ctypes
import os
import struct

from base import Table, call, checked, libc, own_file, reaches

operation = Table()
OPEN_TREE, MOVE_MOUNT, FSOPEN, FSCONFIG, FSMOUNT, FSPICK, MOUNT_SETATTR, STATMOUNT, QUOTACTL_FD = \
    428, 429, 430, 431, 432, 433, 442, 457, 443
AT_FDCWD, CLONE = -100, 1
REMOUNT, BIND, PRIVATE, SHARED, READONLY = 32, 4096, 1 << 18, 1 << 20, 1


def mount(source, target, kind, flags=0):
    checked(libc.mount(source, target, kind, ctypes.c_ulong(flags), None), "mount")


def folders(_setting=None):
    os.mkdir("d")
    os.mkdir("m")


def mounted(_setting=None):
    folders()
    mount(b"none", b"m", b"tmpfs")


operation.add("mount", lambda: mount(b"none", b"m", b"tmpfs"), folders)
operation.add("mount_proc", lambda: mount(b"none", b"m", b"proc"), folders)
operation.add("mount_cgroup2", lambda: mount(b"none", b"m", b"cgroup2"), folders)
operation.add("bind_mount", lambda: mount(b"d", b"m", None, BIND), folders)
operation.add("remount", lambda: mount(None, b"m", None, REMOUNT | READONLY), mounted)
operation.add("umount", lambda: checked(libc.umount2(b"m", 0), "umount"), mounted)
operation.add("umount_detach", lambda: checked(libc.umount2(b"m", 2), "umount"), mounted)
operation.add("mount_propagation", lambda: mount(None, b"m", None, SHARED), mounted)
operation.add("fsopen", lambda: call(FSOPEN, b"tmpfs", 0))
operation.add("open_tree", lambda: call(OPEN_TREE, AT_FDCWD, b"d", CLONE), folders)
operation.add("open_tree_only", lambda: call(OPEN_TREE, AT_FDCWD, b"d", 0), folders)
operation.add("fspick", lambda: call(FSPICK, AT_FDCWD, b"m", 0), mounted)
operation.add("mount_setattr", lambda: call(MOUNT_SETATTR, AT_FDCWD, b"m", 0, struct.pack("QQQQ", 1, 0, 0, 0), 32), mounted)


@operation(folders)
def move_mount():
    tree = call(OPEN_TREE, AT_FDCWD, b"d", CLONE)
    call(MOVE_MOUNT, tree, b"", AT_FDCWD, b"m", 4)


@operation(folders)
def fsmount():
    context = call(FSOPEN, b"tmpfs", 0)
    call(FSCONFIG, context, 6, None, None, 0)  # FSCONFIG_CMD_CREATE
    call(FSMOUNT, context, 0, 0)


@operation()
def statmount():
    """Asks about the mount that the folder is on."""
    buffer = ctypes.create_string_buffer(256)
    call(332, AT_FDCWD, b".", 0, 0x4000, buffer)  # statx with STATX_MNT_ID_UNIQUE
    identifier = struct.unpack_from("Q", buffer, 0x90)[0]
    call(STATMOUNT, struct.pack("IIQQ", 24, 0, identifier, 1), ctypes.create_string_buffer(512), 512, 0)


def quota(command, kind, identifier):
    """Asks for the quota of the folder's file system, which most likely has none."""
    call(QUOTACTL_FD, os.open(".", os.O_RDONLY), command << 8 | kind, identifier, ctypes.create_string_buffer(128))


operation.add("quotactl", lambda: reaches(quota, 0x800007, 0, 1))  # Q_GETQUOTA of another user
operation.add("quotaon", lambda: reaches(quota, 0x800002, 0, 2))
operation.add("swapon", lambda: reaches(lambda: checked(libc.swapon(b"f", 0), "swapon")), own_file())
operation.add("swapoff", lambda: reaches(lambda: checked(libc.swapoff(b"f"), "swapoff")), own_file())


def pivot_root():
    """Runs in a mount namespace of its own, so that nobody else loses the root."""
    call(272, 0x20000)  # unshare
    mount(b"none", b"m", b"tmpfs")
    os.mkdir("m/old")
    call(155, b"m", b"m/old")


operation.add("pivot_root", pivot_root, folders)
