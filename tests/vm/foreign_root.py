# SPDX-License-Identifier: Apache-2.0
"""Programs of a guest that are not the machine's: busybox, and the root of a guest of another architecture.

Nothing of it runs on the machine, so maintainer scripts do not run, and only the steps listed here replace them.
"""
import os
import shutil
import tempfile

import archive
import cache

SUITE = "bookworm"
PACKAGES = ("base-files", "base-passwd", "bash", "coreutils", "dash", "diffutils", "e2fsprogs", "findutils", "grep",
            "kmod", "libc-bin", "libcap2-bin", "login", "mount", "passwd", "procps", "psmisc", "python3", "sed", "tar",
            "util-linux", "iproute2", "strace",
            # the libraries of caprec and capanalyze, for programs that are not linked statically
            "libbpf1", "libcapnp-0.9.2", "libboost-program-options1.74.0", "libdw1", "libelf1", "libstdc++6",
            "libzstd1", "libyaml-cpp0.7", "libiberty-dev", "libseccomp2")
MERGED = ("bin", "sbin", "lib")  # links into /usr, as in any Debian of today


def packages(architecture):
    source = archive.Archive(cache.path("apt"), SUITE, architecture)
    source.update()
    return source


def busybox(architecture):
    """A static busybox, fetched as a machine may have the other of its two packages; call it under cache.locked()."""
    path = cache.path(f"busybox-{architecture}")
    if not os.path.exists(path):
        with tempfile.TemporaryDirectory(dir=cache.path()) as folder:
            for package in packages(architecture).download(["busybox-static"], folder):
                archive.unpack(package, folder)
            found = [name for name in ("bin/busybox", "usr/bin/busybox") if os.path.exists(os.path.join(folder, name))]
            os.replace(os.path.join(folder, found[0]), path)
    return path


def get(architecture):
    """A folder of unpacked packages, which is the root of a guest; made when it is not there; throws archive.Unavailable."""
    folder, wanted = cache.path(f"root-{architecture}"), " ".join(PACKAGES) + "\n"
    with cache.locked():
        try:
            with open(os.path.join(folder, ".packages"), encoding="utf-8") as file:
                current = file.read() == wanted
        except OSError:
            current = False
        if not current:
            make(folder, architecture, wanted)
    return folder


def make(folder, architecture, wanted):
    source = packages(architecture)
    new = folder + ".new"
    shutil.rmtree(new, ignore_errors=True)
    files = source.download_with_dependencies(PACKAGES, os.path.join(new, ".debs"))
    for name in MERGED:
        os.makedirs(os.path.join(new, "usr", name))
        os.symlink(f"usr/{name}", os.path.join(new, name))
    for package in files:
        archive.unpack(package, new, ("./usr/share/doc", "./usr/share/man", "./usr/share/locale"))
    shutil.rmtree(os.path.join(new, ".debs"))
    for name in ("passwd", "group"):
        shutil.copy(os.path.join(new, f"usr/share/base-passwd/{name}.master"), os.path.join(new, "etc", name))
    with open(os.path.join(new, "etc/passwd"), encoding="utf-8") as accounts, \
            open(os.path.join(new, "etc/shadow"), "w", encoding="utf-8") as shadow:
        shadow.writelines(f"{line.split(':')[0]}:*:19000:0:99999:7:::\n" for line in accounts)
    for name in ("dev", "proc", "sys", "run", "tmp", "var/tmp", "mnt", "root", "lib/modules"):
        os.makedirs(os.path.join(new, name), exist_ok=True)
    with open(os.path.join(new, ".packages"), "w", encoding="utf-8") as file:
        file.write(wanted)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(new, folder)
