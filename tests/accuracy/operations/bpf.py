# SPDX-License-Identifier: Apache-2.0
"""The bpf system call."""
import ctypes
import os
import struct

from base import Skip, Table, address, call, read, reaches

operation = Table()
BPF = 321
MAP_CREATE, PROG_LOAD, MAP_GET_NEXT_ID, MAP_GET_FD_BY_ID, OBJECT_INFO, TASK_FD_QUERY, ENABLE_STATS = 0, 5, 12, 14, 15, 20, 32


def bpf(command, layout, *values):
    attributes = ctypes.create_string_buffer(struct.pack(layout, *values), 128)
    return call(BPF, command, attributes, 128), attributes


def restricted(_setting):
    if read("/proc/sys/kernel/unprivileged_bpf_disabled").strip() == "0":
        raise Skip("kernel.unprivileged_bpf_disabled is 0")


def make_map(kind, key, value, flags=0):
    return bpf(MAP_CREATE, "IIIII", kind, key, value, 1, flags)[0]


def load(kind, result=0):
    code = ctypes.create_string_buffer(struct.pack("BBhiBBhi", 0xB7, 0, 0, result, 0x95, 0, 0, 0))  # return result
    terms = ctypes.create_string_buffer(b"GPL")
    return bpf(PROG_LOAD, "IIQQ", kind, 2, address(code), address(terms))[0]


def kept_map(setting):
    restricted(setting)
    map_fd = make_map(2, 4, 8)
    setting.kept.append(map_fd)
    info = ctypes.create_string_buffer(128)
    bpf(OBJECT_INFO, "IIQ", map_fd, 128, address(info))
    with open("id", "w", encoding="ascii") as file:
        file.write(str(struct.unpack_from("II", info)[1]))


for name, arguments in {
        "bpf_map_array": (2, 4, 8), "bpf_map_hash": (1, 4, 8), "bpf_map_lpm": (11, 8, 8, 1), "bpf_map_devmap": (14, 4, 4),
        "bpf_map_cpumap": (16, 4, 4), "bpf_map_xskmap": (17, 4, 4), "bpf_map_queue": (22, 0, 4)}.items():
    operation.add(name, lambda arguments=arguments: make_map(*arguments), restricted)

for name, arguments in {
        "bpf_prog_filter": (1,), "bpf_prog_kprobe": (2,), "bpf_prog_cls": (3,), "bpf_prog_tracepoint": (5,),
        "bpf_prog_xdp": (6, 2), "bpf_prog_cgroup_skb": (8, 1), "bpf_prog_cgroup_dev": (15,)}.items():
    operation.add(name, lambda arguments=arguments: load(*arguments), restricted)


@operation(kept_map)
def bpf_get_next_id():
    bpf(MAP_GET_NEXT_ID, "II", 0, 0)


@operation(kept_map)
def bpf_get_fd_by_id():
    bpf(MAP_GET_FD_BY_ID, "I", int(read("id")))


@operation()
def bpf_stats():
    bpf(ENABLE_STATS, "I", 0)


@operation()
def bpf_task_fd_query():
    reaches(bpf, TASK_FD_QUERY, "III", os.getpid(), 0, 0)


@operation(restricted)
def bpf_btf_load():
    """Loads BTF without any types."""
    reaches(bpf, 18, "QQIII", 0, 0, 0, 0, 0)


operation.add("bpf_prog_raw_tracepoint", lambda: load(17), restricted)
