# SPDX-License-Identifier: Apache-2.0
"""Files of others: who owns them, and what only their owner may do (CHOWN, FOWNER, FSETID)."""
import ctypes
import fcntl
import os
import stat
import struct

from base import STRANGER, Skip, Table, all_of, checked, file_of, folder_of, libc, own_file

operation = Table()
theirs = file_of(STRANGER)
readable = file_of(STRANGER, 0o644)
own = own_file()
sticky = folder_of(STRANGER, 0o1777)
GETFLAGS, SETFLAGS, GETXATTR, SETXATTR = 0x80086601, 0x40086602, 0x801C581F, 0x401C5820
FILE_CAPABILITY = struct.pack("<5I", 0x02000001, 1, 0, 0, 0)  # revision 2, effective: cap_chown
ACL = "system.posix_acl_access"
# user, named user, group, mask and others; the named user makes it more than a mode
ACL_TEXT = struct.pack("<I" + "HHI" * 5, 2, 1, 6, 0xFFFFFFFF, 2, 4, 7, 4, 4, 0xFFFFFFFF, 0x10, 4, 0xFFFFFFFF, 0x20, 0,
                       0xFFFFFFFF)


def change_flags(path, flags):
    with open(path, "rb") as file:
        old = struct.unpack("q", fcntl.ioctl(file, GETFLAGS, bytes(8)))[0]
        fcntl.ioctl(file, SETFLAGS, struct.pack("q", old | flags))


def change_project(path, project):
    with open(path, "rb") as file:
        old = struct.unpack("IIIII8x", fcntl.ioctl(file, GETXATTR, bytes(28)))
        try:
            fcntl.ioctl(file, SETXATTR, struct.pack("IIIII8x", *old[:3], project, old[4]))
        except OSError as error:
            raise Skip("the file system has no project ids") if error.errno == 95 else error


# CAP_CHOWN

operation.add("chown", lambda: os.chown("f", 1000, -1), own)
operation.add("chgrp", lambda: os.chown("f", -1, 1000), own)
operation.add("lchown", lambda: os.lchown("l", 1000, -1),
              lambda setting: (os.symlink("f", "l"), os.lchown("l", setting.caller, setting.caller)))
operation.add("chown_theirs", lambda: os.chown("f", os.getuid(), -1), theirs)


@operation(own_file(0o644))
def fchown_rdonly():
    file = os.open("f", os.O_RDONLY)
    os.fchown(file, 1000, -1)


@operation(own)
def fchownat():
    folder = os.open(".", os.O_RDONLY)
    os.chown("f", 1000, 1000, dir_fd=folder)


@operation(own)
def fchownat_empty():
    file = os.open("f", os.O_PATH)
    checked(libc.fchownat(file, b"", 1000, 1000, 0x1000), "fchownat")


# CAP_FOWNER

operation.add("chmod", lambda: os.chmod("f", 0o640), theirs)
operation.add("chmod_dir", lambda: os.chmod("d", 0o750), folder_of(STRANGER, 0o755))
operation.add("fchmod", lambda: os.fchmod(os.open("f", os.O_RDONLY), 0o640), readable)
operation.add("utimes", lambda: os.utime("f", (1, 1)), theirs)
operation.add("touch_now", lambda: os.utime("f"), theirs)
operation.add("setflags", lambda: change_flags("f", 0x40), readable)  # no dump
operation.add("quota_proj", lambda: change_project("f", 7), readable)
operation.add("setacl", lambda: os.setxattr("f", ACL, ACL_TEXT), readable)
operation.add("removexattr_acl", lambda: os.removexattr("f", ACL),
              all_of(readable, lambda _: os.setxattr("f", ACL, ACL_TEXT)))
operation.add("unlink_sticky", lambda: os.unlink("d/f"), sticky)
operation.add("rename_sticky", lambda: os.rename("d/f", "d/g"), sticky)
operation.add("rmdir_sticky", lambda: os.rmdir("d/e"), sticky)
operation.add("xattr_sticky", lambda: os.setxattr("d", "user.x", b"y"), sticky)
operation.add("noatime", lambda: os.open("f", os.O_RDONLY | os.O_NOATIME), readable)
operation.add("hardlink", lambda: os.link("f", "g"), theirs)


@operation(readable)
def noatime_fcntl():
    fcntl.fcntl(os.open("f", os.O_RDONLY), fcntl.F_SETFL, os.O_NOATIME)


@operation(readable)
def setversion():
    with open("f", "rb") as file:
        fcntl.ioctl(file, 0x40087602, struct.pack("q", 1))


@operation(theirs)
def linkat_empty():
    file = os.open("f", os.O_PATH)
    checked(libc.linkat(file, b"", -100, b"g", 0x1000), "linkat")


@operation(theirs)
def linkat_empty_other_cred():
    """Opens the file with one credential, and links it with another one of the same contents."""
    file = os.open("f", os.O_PATH)
    os.setresuid(-1, os.getuid(), -1)
    os.setresgid(-1, -1, os.getgid())
    checked(libc.prctl(8, 1, 0, 0, 0), "prctl")  # PR_SET_KEEPCAPS: a new credential
    checked(libc.linkat(file, b"", -100, b"g", 0x1000), "linkat")


# CAP_FSETID: the kernel leaves out refused bits without a word

def keeps(bits):
    assert os.stat("f").st_mode & bits == bits, "the bits are gone"


set_ids = own_file(0o6755, STRANGER)


@operation(set_ids)
def fsetid_write():
    os.write(os.open("f", os.O_WRONLY), b"x")
    keeps(stat.S_ISUID | stat.S_ISGID)


@operation(set_ids)
def fsetid_truncate():
    os.truncate("f", 1)
    keeps(stat.S_ISUID | stat.S_ISGID)


@operation(set_ids)
def fallocate_suid():
    os.posix_fallocate(os.open("f", os.O_WRONLY), 0, 8192)
    keeps(stat.S_ISUID | stat.S_ISGID)


@operation(own_file(0o644, STRANGER))
def chmod_sgid():
    os.chmod("f", 0o2755)
    keeps(stat.S_ISGID)


def strangers_group(setting):
    os.mkdir("d")
    os.chown("d", setting.caller, STRANGER)
    os.chmod("d", 0o2777)


@operation(strangers_group)
def creat_sgid_dir():
    os.close(os.open("d/f", os.O_CREAT | os.O_WRONLY, 0o2775))
    assert os.stat("d/f").st_mode & stat.S_ISGID, "the bit is gone"


@operation(own_file(0o755, STRANGER))
def chmod_plain():
    os.chmod("f", 0o700)


# CAP_LINUX_IMMUTABLE and others of the file's flags

def extended(path, flag):
    with open(path, "rb") as file:
        old = struct.unpack("IIIII8x", fcntl.ioctl(file, GETXATTR, bytes(28)))
        fcntl.ioctl(file, SETXATTR, struct.pack("IIIII8x", old[0] | flag, *old[1:]))


operation.add("immutable", lambda: change_flags("f", 0x10), readable)
operation.add("immutable_own", lambda: change_flags("f", 0x10), own)
operation.add("append", lambda: change_flags("f", 0x20), readable)
operation.add("append_own", lambda: change_flags("f", 0x20), own)
operation.add("immutable_fsx", lambda: extended("f", 0x8), readable)
operation.add("journal_data", lambda: change_flags("f", 0x4000), own)


@operation(readable)
def lease():
    file = os.open("f", os.O_RDONLY)
    fcntl.fcntl(file, 1024, fcntl.F_RDLCK)  # F_SETLEASE


@operation(own)
def lease_own():
    file = os.open("f", os.O_RDONLY)
    fcntl.fcntl(file, 1024, fcntl.F_RDLCK)


@operation(own)
def fibmap():
    with open("f", "rb") as file:
        fcntl.ioctl(file, 1, ctypes.c_int(0))


# CAP_MKNOD

for name, kind, major, minor in (("mknod_c", stat.S_IFCHR, 1, 3), ("mknod_b", stat.S_IFBLK, 7, 0),
                                 ("mknod_whiteout", stat.S_IFCHR, 0, 0), ("mknod_fifo", stat.S_IFIFO, 0, 0)):
    operation.add(name, lambda kind=kind, major=major, minor=minor: os.mknod("n", kind | 0o600, os.makedev(major, minor)))


# Extended attributes

operation.add("setfcap", lambda: os.setxattr("f", "security.capability", FILE_CAPABILITY), own)
operation.add("rmfcap", lambda: os.removexattr("f", "security.capability"),
              all_of(own, lambda _: os.setxattr("f", "security.capability", FILE_CAPABILITY)))
operation.add("xattr_trusted", lambda: os.setxattr("f", "trusted.x", b"y"), own)
operation.add("getxattr_trusted", lambda: os.getxattr("f", "trusted.x"),
              all_of(own, lambda _: os.setxattr("f", "trusted.x", b"y")))
operation.add("rmxattr_trusted", lambda: os.removexattr("f", "trusted.x"),
              all_of(own, lambda _: os.setxattr("f", "trusted.x", b"y")))
operation.add("xattr_security", lambda: os.setxattr("f", "security.x", b"y"), own)


@operation(all_of(own, lambda _: os.setxattr("f", "trusted.x", b"y")))
def listxattr_trusted():
    assert "trusted.x" in os.listxattr("f"), "the name is left out"


@operation(own)
def listxattr():
    os.listxattr("f")


# Relatives of what is above

operation.add("hardlink_suid", lambda: os.link("f", "g"), file_of(STRANGER, 0o4755))
operation.add("hardlink_writable", lambda: os.link("f", "g"), file_of(STRANGER, 0o666))
operation.add("chmod_own", lambda: os.chmod("f", 0o640), own)
operation.add("utimes_own", lambda: os.utime("f", (1, 1)), own)
operation.add("chown_same", lambda: os.chown("f", os.getuid(), os.getgid()), own)
operation.add("touch_now_writable", lambda: os.utime("f"), file_of(STRANGER, 0o666))
operation.add("unlink_sticky_own", lambda: os.unlink("d/g"),
              lambda setting: (sticky(setting), os.mknod("d/g"), os.chown("d/g", setting.caller, setting.caller)))
