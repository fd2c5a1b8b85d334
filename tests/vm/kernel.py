# SPDX-License-Identifier: Apache-2.0
"""Kernels as files that can be booted: fetched once, kept in the cache folder, never installed."""
import glob
import json
import lzma
import os
import shutil
import struct
import subprocess
import zlib

import archive
import cache
import initramfs

HERE = os.path.dirname(os.path.abspath(__file__))
# Drivers for hardware that no guest has are most of a kernel's size.
LEFT_OUT = ("*/drivers/gpu", "*/drivers/media", "*/drivers/net/wireless", "*/drivers/net/ethernet", "*/drivers/infiniband",
            "*/drivers/scsi", "*/drivers/iio", "*/drivers/staging", "*/drivers/usb", "*/drivers/hid", "*/drivers/input",
            "*/drivers/mmc", "*/drivers/hwmon", "*/drivers/platform", "*/drivers/accel", "*/drivers/mfd",
            "*/kernel/sound", "./usr/share/doc")


def table():
    rows = {}
    with open(os.path.join(HERE, "kernels.tsv"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, architecture, suites, pattern = line.rstrip("\n").split("\t")
                rows[name] = {"name": name, "architecture": architecture, "suites": suites.split(), "pattern": pattern}
    return rows


class Kernel:
    """A bootable kernel: `image`, `initramfs`, `modules` (a root with lib/modules), `release`, `package`."""

    def __init__(self, row, folder, info):
        self.name, self.architecture, self.folder = row["name"], row["architecture"], folder
        self.release, self.package, self.suite = info["release"], info["package"], info["suite"]
        self.image, self.modules = os.path.join(folder, "image"), os.path.join(folder, "root")

    @property
    def initramfs(self):
        return os.path.join(self.folder, "initramfs")


def cached(name):
    """The kernel of that name, None when it is not in the cache."""
    folder = cache.path("kernels", name)
    try:
        with open(os.path.join(folder, "info.json"), encoding="utf-8") as file:
            return Kernel(table()[name], folder, json.load(file))
    except OSError:
        return None


def get(name, refresh=False):
    """The kernel of that name, fetched when it is not in the cache; throws archive.Unavailable."""
    rows = table()
    if name not in rows:
        raise SystemExit(f"unknown kernel '{name}' (known: {', '.join(rows)})")
    folder = cache.path("kernels", name)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with cache.locked():
        if refresh or not os.path.exists(os.path.join(folder, "info.json")):
            fetch(rows[name], folder)
        kernel = cached(name)
        if not initramfs.is_current(kernel):
            initramfs.build(kernel)
    return kernel


def fetch(row, folder):
    package = None
    for suite in row["suites"]:
        source = archive.Archive(cache.path("apt"), suite, row["architecture"])
        source.update()
        package = source.newest(row["pattern"])
        if package:
            break
    if not package:
        raise archive.Unavailable(f"no package like {row['pattern']} in {', '.join(row['suites'])}")
    new = folder + ".new"
    shutil.rmtree(new, ignore_errors=True)
    # Newer kernels are split: the image's package is empty, and needs one for the binary and one for the modules.
    needed = [package] + source.dependencies(package, r"linux-(base|binary|modules)-\d.*")
    for file in source.download(needed, os.path.join(new, "packages")):
        archive.unpack(file, os.path.join(new, "root"), LEFT_OUT)
    shutil.rmtree(os.path.join(new, "packages"))
    root = os.path.join(new, "root")
    if not os.path.exists(os.path.join(root, "lib")):
        os.symlink("usr/lib", os.path.join(root, "lib"))
    releases = os.listdir(os.path.join(root, "lib/modules"))
    images = glob.glob(os.path.join(root, "boot/vmlinuz-*")) + glob.glob(os.path.join(root, "lib/modules/*/vmlinuz"))
    if len(releases) != 1 or len(images) != 1:
        raise archive.Unavailable(f"{package} has not one kernel: {images}, {releases}")
    archive.run([tool("depmod"), "-b", root, releases[0]], "depmod")
    with open(images[0], "rb") as file:
        bare = decompress(file.read())
    with open(os.path.join(new, "image"), "wb") as file:
        file.write(bare)
    for used in [*images, *glob.glob(os.path.join(root, "boot/System.map-*"))]:
        os.unlink(used)
    with open(os.path.join(new, "info.json"), "w", encoding="utf-8") as file:
        json.dump({"release": releases[0], "package": package, "suite": suite}, file)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(new, folder)


def tool(name):
    """The path of a program, found also for users without /sbin in their PATH."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or name


def decompress(image):
    """The kernel itself: it saves the guest seconds of unpacking, which are slow in an emulated processor."""
    if image[0x202:0x206] == b"HdrS":  # Documentation/arch/x86/boot.rst
        start = (image[0x1f1] + 1) * 512 + struct.unpack_from("<I", image, 0x248)[0]
        return unpacked(image[start:start + struct.unpack_from("<I", image, 0x24c)[0]])
    if image[:2] == b"MZ" and image[4:8] == b"zimg":  # drivers/firmware/efi/libstub/zboot-header.S
        start, size = struct.unpack_from("<II", image, 8)
        return unpacked(image[start:start + size])
    return unpacked(image) if image[:2] == b"\x1f\x8b" else image


def unpacked(data):
    if data[:2] == b"\x1f\x8b":
        return zlib.decompressobj(wbits=31).decompress(data)
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.LZMADecompressor().decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        # Four bytes with the size follow, which zstd takes for an error after it has written everything.
        result = subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=False)
        if result.stdout:
            return result.stdout
    raise archive.Unavailable(f"the kernel is packed in a way that is not known here: {data[:6].hex()}")
