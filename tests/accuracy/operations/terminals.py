# SPDX-License-Identifier: Apache-2.0
"""Terminals and consoles (SYS_TTY_CONFIG, and other capabilities along with it)."""
import ctypes
import fcntl
import os
import stat
import struct

from base import Skip, Table, checked, ioctl, libc, reaches

operation = Table()
NOCTTY = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK


def console(setting):
    """The last console, which nobody uses; everybody may open this node of it."""
    os.mknod("t", stat.S_IFCHR | 0o666, os.makedev(4, 63))
    os.chmod("t", 0o666)
    try:
        setting.kept.append(os.open("t", NOCTTY))
    except OSError as error:
        raise Skip("no consoles") from error


def on_console(name, request, value=0):
    operation.add(name, lambda: ioctl("t", request, value, NOCTTY), console)


on_console("kdsigaccept", 0x4B4E, 10)
on_console("kdsetmode", 0x4B3A, 0)  # KD_TEXT
on_console("vt_setmode", 0x5602, struct.pack("bbhhh", 0, 0, 0, 0, 0))  # VT_AUTO
on_console("kdmktone", 0x4B30, 0)
on_console("kdgetmode", 0x4B3B, bytes(4))


@operation(console)
def keymap():
    """Sets an entry to the value that it has."""
    entry = bytearray(struct.pack("BBH", 0, 2, 0))
    file = os.open("t", NOCTTY)
    fcntl.ioctl(file, 0x4B46, entry)  # KDGKBENT
    fcntl.ioctl(file, 0x4B47, bytes(entry))


# The console may be in use: the kernel looks at that afterwards.
operation.add("vt_disallocate", lambda: reaches(ioctl, "t", 0x5608, 62, NOCTTY), console)
on_console("vt_getstate", 0x5603, bytes(6))
operation.add("console_isatty", lambda: os.get_terminal_size(os.open("t", NOCTTY)) and checked(
    os.isatty(os.open("t", NOCTTY)) - 1, "isatty"), console)


@operation()
def vhangup():
    checked(libc.vhangup(), "vhangup")


@operation()
def tiocsti():
    """Types into a terminal that is not the controlling one."""
    _master, terminal = os.openpty()
    fcntl.ioctl(terminal, 0x5412, ctypes.create_string_buffer(b"x"))


@operation()
def tioccons():
    """The kernel finds out only afterwards that another terminal has it."""
    _master, terminal = os.openpty()
    reaches(fcntl.ioctl, terminal, 0x541D)


def on_own(name, request, value=0):
    def run():
        _master, terminal = os.openpty()
        fcntl.ioctl(terminal, request, value)
    operation.add(name, run)


on_own("tiocvhangup", 0x5437)
on_own("tioclcktrmios", 0x5457, bytes(36))
on_own("tiocgwinsz", 0x5413, bytes(8))
operation.add("vt_waitactive", lambda: reaches(ioctl, "t", 0x5607, 0, NOCTTY), console)  # of none
on_console("kdskbmode", 0x4B45, 3)
on_console("kdgkbmode", 0x4B44, bytes(4))
