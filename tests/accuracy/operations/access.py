# SPDX-License-Identifier: Apache-2.0
"""Accesses that the mode bits of files and folders deny (DAC_OVERRIDE, DAC_READ_SEARCH)."""
import ctypes
import os
import shutil
import socket

from base import STRANGER, Table, call, checked, file_of, folder_of, libc

operation = Table()
theirs = file_of(STRANGER)
readable = file_of(STRANGER, 0o644)
closed = folder_of(STRANGER)
listable = folder_of(STRANGER, 0o755)
IN_MODIFY, AT_EACCESS, FACCESSAT2 = 2, 0x200, 439


def allowed(yes):
    if not yes:
        raise PermissionError(13, "denied")


operation.add("open_write", lambda: os.open("f", os.O_WRONLY), readable)
operation.add("open_read", lambda: os.open("f", os.O_RDONLY), theirs)
operation.add("open_both", lambda: os.open("f", os.O_RDWR), theirs)
operation.add("truncate", lambda: os.truncate("f", 0), readable)
operation.add("mkdir_in", lambda: os.mkdir("d/g"), listable)
operation.add("creat_in", lambda: os.open("d/g", os.O_CREAT | os.O_WRONLY), listable)
operation.add("symlink_in", lambda: os.symlink("x", "d/g"), listable)
operation.add("readdir", lambda: os.listdir("d"), closed)
operation.add("chdir", lambda: os.chdir("d"), closed)
operation.add("stat_in", lambda: os.stat("d/f"), closed)
operation.add("unlink_in", lambda: os.unlink("d/f"), listable)
operation.add("rename_in", lambda: os.rename("d/f", "d/g"), listable)
operation.add("access_r", lambda: allowed(os.access("f", os.R_OK)), theirs)
operation.add("access_w", lambda: allowed(os.access("f", os.W_OK)), readable)
operation.add("faccessat2_eaccess", lambda: call(FACCESSAT2, -100, b"f", os.W_OK, AT_EACCESS), readable)
operation.add("setxattr_user", lambda: os.setxattr("f", "user.x", b"y"), readable)
operation.add("getxattr_user", lambda: os.getxattr("f", "user.x"),
              lambda setting: (theirs(setting), os.setxattr("f", "user.x", b"y")))
operation.add("inotify_add", lambda: checked(libc.inotify_add_watch(checked(libc.inotify_init(), "inotify_init"), b"f",
                                                                    IN_MODIFY), "inotify_add_watch"), theirs)


def program(_setting):
    shutil.copyfile(shutil.which("true"), "f")
    os.chown("f", STRANGER, STRANGER)
    os.chmod("f", 0o700)


@operation(program)
def exec():  # pylint: disable=redefined-builtin
    child = os.fork()
    if child == 0:
        try:
            os.execv("./f", ["f"])
        finally:
            os._exit(1)
    allowed(os.waitpid(child, 0)[1] == 0)


def strangers_socket(setting):
    one = socket.socket(socket.AF_UNIX)
    one.bind("s")
    one.listen()
    os.chown("s", STRANGER, STRANGER)
    os.chmod("s", 0o755)
    setting.kept.append(one)


@operation(strangers_socket)
def unix_connect():
    socket.socket(socket.AF_UNIX).connect("s")


@operation(theirs)
def open_by_handle():
    handle = ctypes.create_string_buffer(b"\x80", 136)
    checked(libc.name_to_handle_at(-100, b"f", handle, ctypes.byref(ctypes.c_int()), 0), "name_to_handle_at")
    checked(libc.open_by_handle_at(-100, handle, os.O_RDONLY), "open_by_handle_at")


operation.add("open_path", lambda: os.open("f", os.O_PATH), theirs)
