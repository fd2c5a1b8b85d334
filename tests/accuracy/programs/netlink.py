#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A netlink request that is all zero: netlink.py CALL.  Ends with 0 when it was answered, with whatever error."""
import ctypes
import os
import socket
import struct
import sys

RTM_NEWLINK, REQUEST_WITH_ACK, LENGTH = 16, 5, 32
REQUEST = struct.pack("IHHII16x", LENGTH, RTM_NEWLINK, REQUEST_WITH_ACK, 7, 0)
HEADER, PAYLOAD = REQUEST[:16], REQUEST[16:]


def sendmmsg(socket_):
    libc = ctypes.CDLL(None)
    text = ctypes.create_string_buffer(REQUEST, LENGTH)
    at = ctypes.addressof(text)
    buffers = ctypes.create_string_buffer(struct.pack("QQQQ", at, 16, at + 16, 16))
    message = ctypes.create_string_buffer(struct.pack("QQQQQQQQ", 0, 0, ctypes.addressof(buffers), 2, 0, 0, 0, 0))
    return LENGTH if libc.sendmmsg(socket_.fileno(), message, 1, 0) == 1 else -1


CALLS = {
    "send": lambda socket_: socket_.send(REQUEST),
    "sendmsg": lambda socket_: socket_.sendmsg([HEADER, PAYLOAD]),
    "writev": lambda socket_: os.writev(socket_.fileno(), [HEADER, PAYLOAD]),
    "sendmmsg": sendmmsg,
}

with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as route:
    route.bind((0, 0))
    sent = CALLS[sys.argv[1]](route)
    sys.exit(sent != LENGTH or len(route.recv(4096)) < 20)
