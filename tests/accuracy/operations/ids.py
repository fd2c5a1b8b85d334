# SPDX-License-Identifier: Apache-2.0
"""Ids, groups and their maps (SETUID, SETGID), and the sets of capabilities themselves (SETPCAP, SETFCAP)."""
import array
import ctypes
import os
import socket
import struct

from base import Table, call, checked, libc, write

operation = Table()
OTHER = 1000
CAPGET, CAPSET, CHOWN = 125, 126, 0
NEWUSER = 0x10000000

for name, run in {
        "setgid": lambda: os.setgid(OTHER), "setregid": lambda: os.setregid(OTHER, OTHER),
        "setresgid": lambda: os.setresgid(OTHER, OTHER, OTHER), "setgroups": lambda: os.setgroups([OTHER]),
        "setgroups_empty": lambda: os.setgroups([]), "setuid": lambda: os.setuid(OTHER),
        "setreuid": lambda: os.setreuid(OTHER, OTHER), "setresuid": lambda: os.setresuid(OTHER, OTHER, OTHER),
        "setuid_same": lambda: os.setuid(os.getuid()), "setgid_same": lambda: os.setgid(os.getgid())}.items():
    operation.add(name, run)


@operation()
def setfsuid():
    libc.setfsuid(OTHER)
    assert libc.setfsuid(-1) == OTHER, "refused without a word"


@operation()
def setfsgid():
    libc.setfsgid(OTHER)
    assert libc.setfsgid(-1) == OTHER, "refused without a word"


def claim(pid, uid, gid):
    left, _right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    left.sendmsg([b"x"], [(socket.SOL_SOCKET, 2, struct.pack("iII", pid, uid, gid))])  # SCM_CREDENTIALS


operation.add("scm_uid", lambda: claim(os.getpid(), OTHER, os.getgid()))
operation.add("scm_gid", lambda: claim(os.getpid(), os.getuid(), OTHER))
operation.add("scm_pid", lambda: claim(1, os.getuid(), os.getgid()))
operation.add("scm_own", lambda: claim(os.getpid(), os.getuid(), os.getgid()))


def in_new_namespace(act):
    """Calls act(pid) for a child that has a user namespace of its own."""
    told, tell = os.pipe()
    wait, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        try:
            call(272, NEWUSER)  # unshare
            os.write(tell, b"x")
            os.read(wait, 1)
        finally:
            os._exit(0)
    os.read(told, 1)
    try:
        act(child)
    finally:
        os.close(go)
        os.waitpid(child, 0)


operation.add("uid_map_multi", lambda: in_new_namespace(lambda pid: write(f"/proc/{pid}/uid_map", "0 1000 10")))
operation.add("gid_map_multi", lambda: in_new_namespace(lambda pid: write(f"/proc/{pid}/gid_map", "0 1000 10")))
operation.add("uid_map_root", lambda: in_new_namespace(lambda pid: write(f"/proc/{pid}/uid_map", "0 0 1")))
operation.add("gid_map_root", lambda: in_new_namespace(lambda pid: write(f"/proc/{pid}/gid_map", "0 0 10")))


@operation()
def uid_map_self():
    uid = os.getuid()
    call(272, NEWUSER)
    write("/proc/self/uid_map", f"1000 {uid} 1")


@operation()
def setgroups_deny():
    call(272, NEWUSER)
    write("/proc/self/setgroups", "deny")


# The sets of the process

def sets():
    """[effective, permitted, inheritable], each of 64 bits."""
    data = (ctypes.c_uint32 * 6)()
    call(CAPGET, struct.pack("Ii", 0x20080522, 0), data)
    return [data[number] | data[number + 3] << 32 for number in range(3)]


def set_sets(effective, permitted, inheritable):
    both = (effective, permitted, inheritable)
    data = array.array("I", [value & 0xFFFFFFFF for value in both] + [value >> 32 for value in both])
    call(CAPSET, struct.pack("Ii", 0x20080522, 0), data.tobytes())


@operation()
def inh_own():
    effective, permitted, inheritable = sets()
    set_sets(effective, permitted, inheritable | 1 << CHOWN)


@operation()
def inh_setpcap_only():
    """The capabilities that become inheritable have been given up before."""
    effective, permitted, inheritable = sets()
    without = ~(1 << CHOWN)
    set_sets(effective & without, permitted & without, inheritable)
    set_sets(effective & without, permitted & without, inheritable | 1 << CHOWN)


@operation()
def capset_less():
    _, permitted, inheritable = sets()
    set_sets(0, permitted, inheritable)


@operation()
def capset_same():
    set_sets(*sets())


@operation()
def ambient_raise():
    inh_own()
    checked(libc.prctl(47, 2, CHOWN, 0, 0), "PR_CAP_AMBIENT_RAISE")


operation.add("capbset_drop", lambda: checked(libc.prctl(24, CHOWN, 0, 0, 0), "PR_CAPBSET_DROP"))
operation.add("securebits", lambda: checked(libc.prctl(28, 1, 0, 0, 0), "PR_SET_SECUREBITS"))
operation.add("securebits_same", lambda: checked(libc.prctl(28, libc.prctl(27), 0, 0, 0), "PR_SET_SECUREBITS"))
operation.add("keepcaps", lambda: checked(libc.prctl(8, 1, 0, 0, 0), "PR_SET_KEEPCAPS"))
operation.add("setresuid_back", lambda: os.setresuid(-1, os.getuid(), -1))
operation.add("setgroups_back", lambda: os.setgroups(os.getgroups()))
operation.add("ambient_clear", lambda: checked(libc.prctl(47, 4, 0, 0, 0), "PR_CAP_AMBIENT_CLEAR_ALL"))
operation.add("capbset_read", lambda: checked(libc.prctl(23, CHOWN, 0, 0, 0), "PR_CAPBSET_READ"))
