# SPDX-License-Identifier: Apache-2.0
"""The first root of a guest: busybox, the modules that its 9p root needs, and the scripts init and start."""
import lzma
import os
import stat
import subprocess

import archive
import foreign_root

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPTS = ("init", "start")
MODULES = ("virtio_pci", "virtio_rng", "9pnet_virtio", "9p")


def is_current(kernel):
    """Whether it was made from the present scripts: nobody has to think of it after an edit."""
    try:
        made = os.stat(kernel.initramfs).st_mtime
    except OSError:
        return False
    return all(os.stat(os.path.join(HERE, name)).st_mtime < made for name in (*SCRIPTS, "initramfs.py"))


def build(kernel):
    busybox = foreign_root.busybox(kernel.architecture)
    archived = Cpio()
    for folder in ("bin", "dev", "proc", "sys", "root", "host", "modules"):
        archived.folder(folder)
    archived.file("bin/busybox", read(busybox))
    for name in SCRIPTS:
        archived.file(name, read(os.path.join(HERE, name)))
    order = []
    for number, path in enumerate(load_order(kernel)):
        order.append(f"/modules/{number}.ko\n")
        archived.file(order[-1].strip()[1:], module(path))
    archived.file("modules/order", "".join(order).encode())
    with open(kernel.initramfs + ".new", "wb") as file:
        file.write(archived.end())
    os.rename(kernel.initramfs + ".new", kernel.initramfs)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def load_order(kernel):
    """The files of MODULES and of their dependencies, each after those that it needs."""
    folder = os.path.join(kernel.modules, "lib/modules", kernel.release)
    needs, paths = {}, {}
    for line in read(os.path.join(folder, "modules.dep")).decode().splitlines():
        path, others = line.split(":", 1)
        needs[path] = others.split()  # the deepest need is last
        paths[os.path.basename(path).split(".")[0].replace("-", "_")] = path
    builtin = {os.path.basename(line).split(".")[0].replace("-", "_")
               for line in read(os.path.join(folder, "modules.builtin")).decode().splitlines()}
    order = []
    for name in MODULES:
        if name in builtin:
            continue
        if name not in paths:
            raise archive.Unavailable(f"{kernel.package} has no module {name}")
        for path in [*reversed(needs[paths[name]]), paths[name]]:
            if path not in order:
                order.append(path)
    return [os.path.join(folder, path) for path in order]


def module(path):
    """A module in the form that busybox's insmod and any kernel accept."""
    data = read(path)
    if path.endswith(".xz"):
        return lzma.decompress(data)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    return data


class Cpio:
    """An archive in the format "newc" (Documentation/driver-api/early-userspace/buffer-format.rst)."""

    def __init__(self):
        self.parts, self.number = [], 0

    def entry(self, name, mode, data=b""):
        self.number += 1
        encoded = name.encode() + b"\0"
        fields = (self.number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        self.parts += [head, bytes(-len(head) % 4), data, bytes(-len(data) % 4)]

    def folder(self, name):
        self.entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, data):
        self.entry(name, stat.S_IFREG | 0o755, data)

    def end(self):
        self.entry("TRAILER!!!", 0)
        return b"".join(self.parts)
