# SPDX-License-Identifier: Apache-2.0
"""Netlink requests whose answer is awaited: a refusal is an OSError."""
import os
import socket
import struct

REQUEST, ACK, DUMP, CREATE = 1, 4, 0x300, 0x400
ERROR, DONE = 2, 3


def answers(one):
    """The messages that come, as (type, payload)."""
    while True:
        data = one.recv(65536)
        while len(data) >= 16:
            length, kind = struct.unpack_from("IH", data)
            yield kind, data[16:length]
            data = data[(length + 3) & ~3:]


def await_answer(one):
    for kind, payload in answers(one):
        if kind == DONE:
            return
        if kind == ERROR:
            error = -struct.unpack_from("i", payload)[0]
            if error:
                raise OSError(error, os.strerror(error))
            return


def exchange(protocol, kind, payload, flags):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as one:
        one.settimeout(3)
        one.send(struct.pack("IHHII", 16 + len(payload), kind, flags, 1, 0) + payload)
        await_answer(one)


def request(protocol, kind, payload=b"", flags=0):
    exchange(protocol, kind, payload, REQUEST | ACK | flags)


def dump(protocol, kind, payload=b"", flags=DUMP):
    exchange(protocol, kind, payload, REQUEST | ACK | flags)


def attribute(kind, value):
    return struct.pack("HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)
