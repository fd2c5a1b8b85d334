# SPDX-License-Identifier: Apache-2.0
"""Block devices and file systems as a whole (SYS_ADMIN, SYS_RAWIO), tried on loop devices of our own."""
import errno
import fcntl
import os
import stat
import struct

from base import Skip, Table, ioctl, reaches
from mounts import mounted

operation = Table()
GET_FREE, CONFIGURE, AUTOCLEAR = 0x4C82, 0x4C0A, 4


def loop(setting):
    """A device over the file i, b by name, that goes away when nobody has it open any more."""
    with open("i", "wb") as file:
        file.truncate(1 << 20)
    image = os.open("i", os.O_RDWR)
    try:
        control = os.open("/dev/loop-control", os.O_RDWR)
        for _ in range(20):  # others take some at the same time
            number = fcntl.ioctl(control, GET_FREE)
            device = os.open(f"/dev/loop{number}", os.O_RDWR)
            try:
                fcntl.ioctl(device, CONFIGURE, struct.pack("II52xI", image, 0, AUTOCLEAR).ljust(304, b"\0"))
                break
            except OSError as error:
                os.close(device)
                if error.errno != errno.EBUSY:
                    raise
    except OSError as error:
        raise Skip("no loop devices") from error
    setting.kept.append(device)
    os.mknod("b", stat.S_IFBLK | 0o666, os.stat(f"/dev/loop{number}").st_rdev)
    os.chmod("b", 0o666)


def on_device(name, request, value=0, flags=os.O_RDONLY):
    operation.add(name, lambda: reaches(ioctl, "b", request, value, flags), loop)


on_device("blkroset", 0x125D, struct.pack("i", 0))
on_device("blkflsbuf", 0x1261)
on_device("blkrrpart", 0x125F)
on_device("blkpg", 0x1269, bytes(64))
on_device("blkgetsize", 0x1260, bytes(8))
on_device("loop_set", 0x4C08, 0)  # LOOP_SET_DIRECT_IO
on_device("loop_status", 0x4C05, bytes(232))


@operation()
def loop_ctl():
    ioctl("/dev/loop-control", GET_FREE)


def on_file_system(name, path, request, value, setup=None):
    def run():
        try:
            reaches(ioctl, path, request, value, os.O_RDONLY)
        except OSError as error:
            raise Skip("not with this file system") if error.errno == errno.ENOTTY else error
    operation.add(name, run, setup)


on_file_system("fitrim", ".", 0xC0185879, bytes(24))  # an empty range
on_file_system("setlabel", ".", 0x41009432, 0)  # a label that cannot be read
on_file_system("fifreeze", "m", 0xC0045877, bytes(4), mounted)
on_device("blkraset", 0x1262, 256)
on_device("blkraget", 0x1263, bytes(8))
