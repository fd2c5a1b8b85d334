# SPDX-License-Identifier: Apache-2.0
"""System V objects and a message queue of others."""
import ctypes
import os
import resource
import struct

from base import STRANGER, Table, as_user, checked, failed, libc, limit, read

operation = Table()
CREATE = 0o1600
RMID, SET, STAT, SHM_LOCK, SHM_UNLOCK, GETVAL = 0, 1, 2, 11, 12, 12
libc.shmat.restype = ctypes.c_void_p


def theirs(make):
    def setup(_setting):
        with open("id", "w", encoding="ascii") as file:
            file.write(str(as_user(STRANGER, lambda: checked(make(), "get"))))
    return setup


def own(make):
    def setup(setting):
        with open("id", "w", encoding="ascii") as file:
            file.write(str(as_user(setting.caller, lambda: checked(make(), "get"))))
    return setup


def segment():
    return libc.shmget(0, ctypes.c_size_t(4096), CREATE)


def queue():
    return libc.msgget(0, CREATE)


def semaphore():
    return libc.semget(0, 1, CREATE)


def identifier():
    return int(read("id"))


def control(function, command):
    """Uses the object's own description when it is to be set, as the owner sees it; only its mode counts."""
    buffer = ctypes.create_string_buffer(256)
    struct.pack_into("iIIIII", buffer, 0, 0, STRANGER, STRANGER, STRANGER, STRANGER, 0o600)
    checked(function(identifier(), command, buffer), "control")


for name, command in (("shm_stat", STAT), ("shm_set", SET), ("shm_rmid", RMID), ("shm_lock", SHM_LOCK),
                      ("shm_unlock", SHM_UNLOCK)):
    operation.add(name, lambda command=command: control(libc.shmctl, command), theirs(segment))
for name, command in (("msg_stat", STAT), ("msg_set", SET), ("msg_rmid", RMID)):
    operation.add(name, lambda command=command: control(libc.msgctl, command), theirs(queue))
operation.add("sem_getval", lambda: checked(libc.semctl(identifier(), 0, GETVAL, 0), "semctl"), theirs(semaphore))
operation.add("sem_setval", lambda: checked(libc.semctl(identifier(), 0, 16, 1), "semctl"), theirs(semaphore))
operation.add("sem_rmid", lambda: checked(libc.semctl(identifier(), 0, RMID, 0), "semctl"), theirs(semaphore))


@operation(theirs(segment))
def shmat():
    if libc.shmat(identifier(), None, 0) == ctypes.c_void_p(-1).value:
        failed("shmat")


@operation(own(segment))
def shmat_own():
    if libc.shmat(identifier(), None, 0) == ctypes.c_void_p(-1).value:
        failed("shmat")


@operation(theirs(queue))
def msgsnd():
    checked(libc.msgsnd(identifier(), struct.pack("l8x", 1), ctypes.c_size_t(8), 0o4000), "msgsnd")


@operation(theirs(semaphore))
def semop():
    checked(libc.semop(identifier(), struct.pack("HhH", 0, 1, 0), ctypes.c_size_t(1)), "semop")


@operation(own(queue))
def msg_qbytes():
    """A queue larger than kernel.msgmnb allows."""
    buffer = ctypes.create_string_buffer(256)
    checked(libc.msgctl(identifier(), STAT, buffer), "IPC_STAT")
    struct.pack_into("L", buffer, 88, int(read("/proc/sys/kernel/msgmnb")) + 4096)  # msg_qbytes
    checked(libc.msgctl(identifier(), SET, buffer), "IPC_SET")


@operation()
def mq_limit():
    """More messages than fs.mqueue.msg_max."""
    limit(resource.RLIMIT_MSGQUEUE, resource.getrlimit(resource.RLIMIT_MSGQUEUE)[1])
    attributes = struct.pack("llll32x", 0, int(read("/proc/sys/fs/mqueue/msg_max")) + 1, 8, 0)
    name = f"/caprec-{os.getpid()}".encode()
    checked(libc.mq_open(name, 0o102, 0o600, attributes), "mq_open")
    libc.mq_unlink(name)
