# SPDX-License-Identifier: Apache-2.0
"""Sockets and their options (NET_ADMIN, NET_RAW, NET_BIND_SERVICE, NET_BROADCAST)."""
import ctypes
import socket
import struct

from base import Table, checked, libc

operation = Table()
INET, INET6, UDP, RAW = socket.AF_INET, socket.AF_INET6, socket.SOCK_DGRAM, socket.SOCK_RAW
SOL_IP, SOL_IPV6, SOL_NETLINK, SOL_PACKET = 0, 41, 270, 263
XDP = 44


def option(name, level, number, value, family=INET, kind=UDP, protocol=0):
    def run():
        with socket.socket(family, kind, protocol) as one:
            one.setsockopt(level, number, value)
    operation.add(name, run)


SOL = socket.SOL_SOCKET
option("ip_transparent", SOL_IP, 19, 1)
option("ipv6_transparent", SOL_IPV6, 75, 1, INET6)
option("ip_freebind", SOL_IP, 15, 1)
option("ip_tos", SOL_IP, 1, 0x10)
option("so_debug", SOL, 1, 1)
option("so_mark", SOL, 36, 1)
option("so_rcvmark", SOL, 75, 1)
option("so_priority7", SOL, 12, 7)
option("so_priority6", SOL, 12, 6)
option("so_rcvbufforce", SOL, 33, 1 << 20)
option("so_sndbufforce", SOL, 32, 1 << 20)
option("so_busy_poll", SOL, 46, 50)
option("so_prefer_busy", SOL, 69, 1)
option("so_txtime", SOL, 61, struct.pack("iI", 11, 0))  # CLOCK_TAI
option("tcp_repair", socket.IPPROTO_TCP, 19, 1, kind=socket.SOCK_STREAM)
option("nl_force", SOL, 33, 1 << 20, socket.AF_NETLINK, RAW)
option("nl_all_nsid", SOL_NETLINK, 8, 1, socket.AF_NETLINK, RAW)
option("mroute_init", SOL_IP, 200, 1, INET, RAW, socket.IPPROTO_IGMP)
option("bindtodevice", SOL, 25, b"lo\0")
option("promisc", SOL_PACKET, 1, struct.pack("iHH8s", 1, 1, 0, b""), socket.AF_PACKET, RAW)


@operation()
def tcp_cong():
    """Sets the algorithm that every socket has by default."""
    with socket.socket(INET, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.IPPROTO_TCP, 13, one.getsockopt(socket.IPPROTO_TCP, 13, 16))


@operation()
def bindtodevice_again():
    with socket.socket(INET, UDP) as one:
        one.setsockopt(SOL, 25, b"lo\0")
        one.setsockopt(SOL, 25, b"\0")


@operation()
def cmsg_mark():
    with socket.socket(INET, UDP) as one:
        one.sendmsg([b"x"], [(SOL, 36, struct.pack("I", 1))], 0, ("127.0.0.1", 9))


@operation()
def transparent_bind():
    with socket.socket(INET, UDP) as one:
        one.setsockopt(SOL_IP, 19, 1)
        one.bind(("192.0.2.1", 1234))


def bound(name, family, kind, address):
    def run():
        with socket.socket(family, kind) as one:
            one.bind(address)
    operation.add(name, run)


bound("bind_tcp", INET, socket.SOCK_STREAM, ("127.0.0.1", 80))
bound("bind_udp6", INET6, UDP, ("::1", 53))
bound("bind_high", INET, socket.SOCK_STREAM, ("127.0.0.1", 0))


def opened(name, *words):
    operation.add(name, lambda: socket.socket(*words).close())


opened("raw4", INET, RAW, socket.IPPROTO_ICMP)
opened("raw6", INET6, RAW, 58)
opened("packet", socket.AF_PACKET, RAW, 0)
opened("packet_dgram", socket.AF_PACKET, UDP, 0)
opened("ping_sock", INET, UDP, socket.IPPROTO_ICMP)
opened("xdp_sock", XDP, RAW)
opened("netlink_sock", socket.AF_NETLINK, RAW)


@operation()
def nfnl_group():
    with socket.socket(socket.AF_NETLINK, RAW, 12) as one:
        one.bind((0, 1))


def about_tables(*protocol):
    """getsockopt with the name of a table in the buffer, which socket cannot pass."""
    with socket.socket(INET, *protocol) as one:
        information = ctypes.create_string_buffer(b"filter", 84)
        checked(libc.getsockopt(one.fileno(), SOL_IP, 64, information, ctypes.byref(ctypes.c_int(84))), "getsockopt")


operation.add("ipt_info", lambda: about_tables(RAW, socket.IPPROTO_RAW))
operation.add("ipt_info_noraw", lambda: about_tables(UDP, 0))
option("ipv6_hopopts", SOL_IPV6, 54, bytes(8), INET6)
option("bindtoifindex", SOL, 62, 1)
bound("bind_vsock", socket.AF_VSOCK, socket.SOCK_STREAM, (socket.VMADDR_CID_ANY, 100))
bound("bind_sctp_any", INET, socket.SOCK_STREAM, ("0.0.0.0", 1023))
bound("bind_1024", INET, socket.SOCK_STREAM, ("127.0.0.1", 1024))
