# SPDX-License-Identifier: Apache-2.0
"""The kernel's log, its symbols, settings, random numbers and keys; filters and watches."""
import ctypes
import fcntl
import os
import struct

from base import (STRANGER, Skip, Table, address, as_user, call, checked, libc, read, reaches, rewrite,
                  strangers_process)

operation = Table()
ADD_KEY, KEYCTL, REBOOT, KEXEC_LOAD, FANOTIFY_INIT, FANOTIFY_MARK, SECCOMP = 248, 250, 169, 246, 300, 301, 317


# The log

def log_restricted(_setting):
    if read("/proc/sys/kernel/dmesg_restrict").strip() != "1":
        raise Skip("kernel.dmesg_restrict is not 1")


def log(action, buffer=None, size=0):
    checked(libc.klogctl(action, buffer, size), "syslog")


operation.add("syslog_read_all", lambda: log(3, ctypes.create_string_buffer(4096), 4096), log_restricted)
operation.add("syslog_size", lambda: log(10), log_restricted)
operation.add("syslog_admin", lambda: log(9), log_restricted)
operation.add("syslog_console_level", lambda: log(8, None, int(read("/proc/sys/kernel/printk").split()[0])))
operation.add("kmsg", lambda: os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK), log_restricted)


def symbols_restricted(_setting):
    if read("/proc/sys/kernel/kptr_restrict").strip() == "2":
        raise Skip("kernel.kptr_restrict is 2")


@operation(symbols_restricted)
def kallsyms():
    with open("/proc/kallsyms", encoding="ascii") as file:
        assert any(int(line.split()[0], 16) for line, _ in zip(file, range(1000))), "no addresses"


@operation()
def kallsyms_names():
    with open("/proc/kallsyms", encoding="ascii") as file:
        assert file.readline()


# Settings

def may_be_set(path):
    def setup(_setting):
        if not os.path.exists(path):
            raise Skip(f"{path} is not here")
    return setup


for name, path in {
        "sysctl_kernel": "kernel/panic", "core_pattern": "kernel/core_pattern", "kptr": "kernel/kptr_restrict",
        "dmesg_restrict": "kernel/dmesg_restrict", "bpf_disabled": "kernel/unprivileged_bpf_disabled",
        "perf_paranoid": "kernel/perf_event_paranoid", "mmap_min_addr": "vm/mmap_min_addr",
        "sysctl_net": "net/ipv4/ip_forward", "sysctl_net_core": "net/core/somaxconn",
        "sysctl_fs": "fs/pipe-max-size", "ns_last_pid": "kernel/ns_last_pid"}.items():
    operation.add(name, lambda path="/proc/sys/" + path: rewrite(path), may_be_set("/proc/sys/" + path))


# Random numbers

def random(request, value):
    with open("/dev/random", "rb") as file:
        fcntl.ioctl(file, request, value)


operation.add("rnd_addtoent", lambda: random(0x40045201, struct.pack("i", 0)))
operation.add("rnd_addentropy", lambda: random(0x40085203, struct.pack("ii4s", 0, 4, b"abcd")))
operation.add("rnd_reseed", lambda: random(0x5207, 0))
operation.add("rnd_count", lambda: random(0x80045200, bytes(4)))


# Keys

def own_key(description=b"caprec"):
    return call(ADD_KEY, b"user", description, b"x", 1, -2)  # in the keyring of the process


@operation()
def keyctl_chown():
    call(KEYCTL, 4, own_key(), 1000, -1)  # KEYCTL_CHOWN


@operation()
def keyctl_own():
    call(KEYCTL, 5, own_key(), 0x3F3F3F3F)  # KEYCTL_SETPERM


def strangers_key(setting):
    """A key that everybody may change, except for its permissions."""
    def make():
        key = call(ADD_KEY, b"user", b"caprec", b"x", 1, -4)  # in the keyring of the user
        call(KEYCTL, 5, key, 0x3F3F3F3F)
        return key
    with open("id", "w", encoding="ascii") as file:
        file.write(str(as_user(STRANGER, make)))
    strangers_process(setting)  # this process keeps the user's keyrings alive


operation.add("keyctl_setperm", lambda: call(KEYCTL, 5, int(read("id")), 0x3F3F3F3F), strangers_key)


# Filters and watches

def filter_all():
    """A filter that allows everything."""
    code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
    program = ctypes.create_string_buffer(struct.pack("H6xQ", 1, address(code)))
    call(SECCOMP, 1, 0, program)


@operation()
def seccomp():
    filter_all()


@operation()
def seccomp_nnp():
    checked(libc.prctl(38, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")
    filter_all()


operation.add("fanotify_content", lambda: call(FANOTIFY_INIT, 4, 0))
operation.add("fanotify_notif", lambda: call(FANOTIFY_INIT, 0, 0))
operation.add("fanotify_unpriv", lambda: call(FANOTIFY_INIT, 0x200, 0))


def watch(flags):
    group = call(FANOTIFY_INIT, 0x200, 0)
    call(FANOTIFY_MARK, group, 1 | flags, ctypes.c_uint64(2), -100, b".")


operation.add("fanotify_mark_mount", lambda: watch(0x10))
operation.add("fanotify_mark_inode", lambda: watch(0))


# Modules, other kernels, accounting

operation.add("init_module", lambda: reaches(call, 175, None, 0, b""))
operation.add("finit_module", lambda: reaches(call, 313, -1, b"", 0))
operation.add("delete_module", lambda: reaches(call, 176, b"caprec_has_none", 0))
operation.add("kexec_load", lambda: reaches(call, KEXEC_LOAD, 0, 0, None, 0xFFFF))  # flags that do not exist
operation.add("acct", lambda: reaches(lambda: checked(libc.acct(b"missing"), "acct")))
operation.add("iopl", lambda: call(172, 3))
operation.add("ioperm", lambda: call(173, 0x80, 1, 1))


@operation()
def reboot_cad():
    """Leaves the behaviour of Ctrl-Alt-Del as it is."""
    on = int(read("/proc/sys/kernel/ctrl-alt-del"))
    call(REBOOT, 0xFEE1DEAD, 672274793, 0x89ABCDEF if on else 0, None)


@operation()
def proc_pagemap():
    page = ctypes.create_string_buffer(8192)
    with open("/proc/self/pagemap", "rb", buffering=0) as file:
        file.seek(address(page) // 4096 * 8)
        assert struct.unpack("Q", file.read(8))[0] & ((1 << 55) - 1), "no frame number"


operation.add("proc_stack", lambda: read("/proc/self/stack"))
operation.add("kpagecount", lambda: os.open("/proc/kpagecount", os.O_RDONLY), may_be_set("/proc/kpagecount"))
operation.add("kcore", lambda: os.open("/proc/kcore", os.O_RDONLY), may_be_set("/proc/kcore"))
operation.add("keyctl_persistent", lambda: call(KEYCTL, 22, STRANGER, -2), strangers_process)
operation.add("fanotify_audit", lambda: call(FANOTIFY_INIT, 4 | 0x40, 0))
operation.add("fanotify_unlimited", lambda: call(FANOTIFY_INIT, 0x200 | 0x10, 0))
