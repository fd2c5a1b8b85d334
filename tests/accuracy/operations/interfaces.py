# SPDX-License-Identifier: Apache-2.0
"""Interfaces, addresses, routes and filters of the network (NET_ADMIN), by ioctl and by netlink."""
import ctypes
import fcntl
import os
import socket
import stat
import struct
import subprocess

from base import Skip, Table, interface_request, ioctl, needs_program, reaches
from netlink import CREATE, attribute, dump, request

operation = Table()
ROUTE, NETFILTER, XFRM = 0, 12, 6
LOCAL = socket.inet_aton("127.0.0.2")


def address(text):
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(text))


def on_lo(name, number, layout, *values):
    operation.add(name, lambda: interface_request(number, layout, *values))


on_lo("if_up", 0x8914, "H", 1)
on_lo("if_addr", 0x8916, "16s", address("127.0.0.3"))
on_lo("if_mtu", 0x8922, "i", 1500)
on_lo("if_txqueuelen", 0x8943, "i", 100)
on_lo("if_flags_get", 0x8913, "H", 0)
on_lo("promisc_flag", 0x8914, "H", 0x101)


def veth(_setting):
    """A pair of interfaces, v and w, that is up."""
    needs_program("ip")
    if subprocess.run(["ip", "link", "show", "v"], capture_output=True, check=False).returncode != 0:
        made = subprocess.run(["ip", "link", "add", "v", "type", "veth", "peer", "name", "w"], check=False)
        if made.returncode != 0:
            raise Skip("no pairs of interfaces")
        subprocess.run(["ip", "link", "set", "v", "up"], check=True)


operation.add("multicast_add", lambda: interface_request(0x8931, "H6s8x", 0, b"\1\0\x5e\1\1\1", name="v"), veth)


@operation(veth)
def arp_set():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        entry = address("192.0.2.9") + struct.pack("H14s", 1, bytes(6)) + struct.pack("i16s16s", 4, b"", b"v")
        reaches(fcntl.ioctl, one, 0x8955, entry)


@operation()
def route_ioctl():
    device = ctypes.create_string_buffer(b"lo")
    entry = struct.pack("Q16s16s16sHhQIBBHhhIQQQHI", 0, address("198.51.100.0"), address("0.0.0.0"),
                        address("255.255.255.0"), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, ctypes.addressof(device), 0, 0, 0, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        reaches(fcntl.ioctl, one, 0x890B, entry.ljust(256, b"\0"))


def tool(command):
    """An ethtool command and its one value."""
    buffer = ctypes.create_string_buffer(struct.pack("II", command, 1), 256)
    reaches(interface_request, 0x8946, "Q", ctypes.addressof(buffer))


operation.add("ethtool_set", lambda: tool(0x2C))  # ETHTOOL_SGRO
operation.add("ethtool_get", lambda: tool(0x0A))  # ETHTOOL_GLINK


def own_tun(_setting):
    """A device node that root alone may open: udev and systemd-tmpfiles give the machine's own to everybody."""
    if not os.path.exists("/dev/net/tun"):
        raise Skip("no /dev/net/tun")
    if not os.path.exists("tun"):
        os.mknod("tun", stat.S_IFCHR | 0o600, os.makedev(10, 200))


operation.add("tun", lambda: ioctl("tun", 0x400454CA, struct.pack("16sH22x", b"caprec0", 0x1001)), own_tun)


@operation()
def brctl():
    name = ctypes.create_string_buffer(b"br7", 16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, 0x89A0, bytes(name))


def link(index=1, flags=0, change=0):
    return struct.pack("BxHiII", 0, 0, index, flags, change)


operation.add("rtnl_setlink", lambda: request(ROUTE, 19, link(flags=1, change=1)))
operation.add("rtnl_newlink", lambda: request(ROUTE, 16, link(0) + attribute(3, b"x0\0") + attribute(
    18, attribute(1, b"veth")), CREATE))
operation.add("rtnl_newaddr", lambda: request(ROUTE, 20, struct.pack("BBBBi", 2, 32, 0, 0, 1) + attribute(2, LOCAL) +
                                              attribute(1, LOCAL), CREATE))
operation.add("rtnl_newroute", lambda: request(ROUTE, 24, struct.pack("BBBBBBBBI", 2, 32, 0, 0, 254, 4, 253, 1, 0) +
                                               attribute(1, LOCAL) + attribute(4, struct.pack("i", 1)), CREATE))
operation.add("rtnl_rule", lambda: request(ROUTE, 32, struct.pack("BBBBBBBBI", 2, 0, 0, 0, 254, 0, 0, 1, 0), CREATE))
operation.add("rtnl_neigh", lambda: request(ROUTE, 28, struct.pack("BxxxiHBB", 2, 1, 0x80, 0, 1) + attribute(1, LOCAL) +
                                            attribute(2, bytes(6)), CREATE))
operation.add("rtnl_getlink", lambda: dump(ROUTE, 18, link(0)))
operation.add("rtnl_getaddr", lambda: dump(ROUTE, 22, struct.pack("BBBBi", 2, 0, 0, 0, 0)))
operation.add("xfrm_flush", lambda: request(XFRM, 0x1C, bytes([0]) + bytes(3)))
operation.add("xfrm_get", lambda: dump(XFRM, 0x12))
operation.add("nft_tables", lambda: dump(NETFILTER, 10 << 8 | 1, struct.pack("BBH", 0, 0, 0)))
operation.add("rtnl_qdisc", lambda: request(ROUTE, 36, struct.pack("BxxxiIII", 0, 1, 0x10000, 0xFFFFFFFF, 0) +
                                            attribute(1, b"pfifo\0"), CREATE))
operation.add("rtnl_dellink_none", lambda: reaches(request, ROUTE, 17, link(4711)))
on_lo("if_name", 0x8923, "16s", b"lo")
