# SPDX-License-Identifier: Apache-2.0
"""The audit system: netlink messages that are acknowledged, and the login uid."""
import socket
import struct

from base import Table, write
from netlink import dump, request

operation = Table()
AUDIT = 9  # NETLINK_AUDIT
GET, SET, LIST_RULES, USER = 1000, 1001, 1013, 1005


@operation()
def audit_get():
    request(AUDIT, GET)


@operation()
def audit_set():
    request(AUDIT, SET, struct.pack("10I", *[0] * 10))  # an empty mask


@operation()
def audit_list_rules():
    dump(AUDIT, LIST_RULES, flags=0)


@operation()
def audit_user_msg():
    request(AUDIT, USER, b"a record of a test\0")


@operation()
def audit_read_bind():
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, AUDIT) as one:
        one.bind((0, 1))  # AUDIT_NLGRP_READLOG


@operation()
def loginuid_change():
    write("/proc/self/loginuid", "1000")
    write("/proc/self/loginuid", "1001")
