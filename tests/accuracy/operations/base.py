# SPDX-License-Identifier: Apache-2.0
"""The parts that families of operations share: the table of operations, system calls, and setups.

A setup runs as root, in the folder that the operation will run in and that belongs to its caller.  An operation ends
without an exception exactly when the kernel allowed it.
"""
import ctypes
import errno
import fcntl
import os
import shutil
import socket
import struct
import subprocess

STRANGER = 64000  # a user who is neither root nor nobody, and has no other processes or files
REFUSED = (errno.EPERM, errno.EACCES)
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


class Skip(Exception):
    """Something that the operation needs is not here."""


class Operation:
    def __init__(self, run, setup):
        self.run, self.setup = run, setup


class Table:
    """The operations of one family, by name."""

    def __init__(self):
        self.operations = {}

    def add(self, name, run, setup=None):
        assert name not in self.operations, name
        self.operations[name] = Operation(run, setup)

    def __call__(self, setup=None):
        """A decorator: the function is the operation of its name."""
        def register(function):
            self.add(function.__name__, function, setup)
            return function
        return register


class Setting:
    """The argument of a setup: the user who will run the operation, and a list of things to keep open until its end."""

    def __init__(self, caller):
        self.caller, self.kept = caller, []


def failed(what):
    error = ctypes.get_errno()
    if error == errno.ENOSYS:
        raise Skip(f"{what}: not in this kernel")
    raise OSError(error, f"{what}: {os.strerror(error)}")


def checked(value, what):
    if value is None or value < 0:
        failed(what)
    return value


def call(number, *arguments):
    """A system call that must succeed.  Integers are passed as they are, bytes by address, None is NULL."""
    def argument(one):
        if isinstance(one, int):
            return ctypes.c_long(one)
        return ctypes.c_char_p(one) if isinstance(one, bytes) or one is None else one
    return checked(libc.syscall(ctypes.c_long(number), *map(argument, arguments)), f"system call {number}")


def reaches(function, *arguments):
    """For calls that are to fail for another reason once they are allowed: only a refusal counts."""
    try:
        return function(*arguments)
    except OSError as error:
        if error.errno in REFUSED:
            raise
        return None


def ioctl(path, request, value=0, flags=os.O_RDWR | os.O_NONBLOCK):
    """Makes the request on a file that is opened for it."""
    file = os.open(path, flags)
    try:
        return fcntl.ioctl(file, request, value)
    finally:
        os.close(file)


def write(path, text):
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text if isinstance(text, bytes) else text.encode())
    finally:
        os.close(file)


def read(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def rewrite(path):
    """Sets a sysctl to the value that it has."""
    write(path, read(path))


def victim():
    return int(read("p"))


def address(buffer):
    return ctypes.addressof(buffer)


def limit(which, value):
    import resource
    resource.setrlimit(which, (value, value))


# Setups.

def file_of(uid, mode=0o600, name="f", text="content\n"):
    def setup(_setting):
        with open(name, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(name, mode)
        os.chown(name, uid, uid)
        os.chmod(name, mode)  # chown takes set-id bits away
    return setup


def own_file(mode=0o600, gid=None):
    def setup(setting):
        file_of(setting.caller, mode)(setting)
        if gid is not None:
            os.chown("f", setting.caller, gid)
            os.chmod("f", mode)
    return setup


def folder_of(uid, mode=0o700, entry_uid=None):
    """d, with a file f and a folder e in it."""
    def setup(_setting):
        os.mkdir("d")
        with open("d/f", "w", encoding="ascii"):
            os.chown("d/f", entry_uid or uid, entry_uid or uid)
        os.mkdir("d/e")
        os.chown("d/e", entry_uid or uid, entry_uid or uid)
        os.chown("d", uid, uid)
        os.chmod("d", mode)
    return setup


def become(uid):
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def as_user(uid, function):
    """Runs a function in a child that is another user; returns the number that it returns."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            become(uid)
            os.write(writer, str(function()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    text = os.read(reader, 64)
    os.close(reader)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError("a setup as another user failed")
    return int(text) if text.lstrip(b"-").isdigit() else None


def strangers_process(setting, *words, **options):
    """A process of another user; its id is in the file p.  Popen returns when it has executed its program."""
    process = subprocess.Popen(words or ("sleep", "1000"), user=STRANGER, group=STRANGER, extra_groups=[], cwd="/",
                               stdin=subprocess.DEVNULL, **options)
    setting.kept.append(process)
    with open("p", "w", encoding="ascii") as file:
        file.write(str(process.pid))


def device(name, kind, major, minor):
    """A node that everybody may open."""
    def setup(_setting):
        os.mknod(name, kind | 0o666, os.makedev(major, minor))
        os.chmod(name, 0o666)
    return setup


def needs_program(name):
    if not shutil.which(name):
        raise Skip(f"{name} is not installed")


def all_of(*setups):
    def setup(setting):
        for one in setups:
            one(setting)
    return setup


def interface_request(request, layout="", *values, name="lo", family=socket.AF_INET):
    """An ioctl of a network interface: struct ifreq, padded."""
    text = struct.pack("16s" + layout, name.encode(), *values)
    with socket.socket(family, socket.SOCK_DGRAM) as one:
        return fcntl.ioctl(one, request, text.ljust(40, b"\0"))


def mmap_page():
    """The address of a page that exists."""
    libc.mmap.restype = ctypes.c_void_p
    page = libc.mmap(None, ctypes.c_size_t(4096), 3, 0x22, -1, ctypes.c_long(0))
    ctypes.memset(page, 1, 1)
    return page
