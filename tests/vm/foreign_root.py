# SPDX-License-Identifier: Apache-2.0
"""The root of a guest whose architecture is not the machine's: a folder of unpacked packages.

Nothing of it is run on the machine, so what maintainer scripts would do is not done, except for what is listed here.
"""
import os
import shutil

import archive

SUITE = "bookworm"
PACKAGES = ("base-files", "base-passwd", "bash", "busybox-static", "coreutils", "dash", "diffutils", "findutils", "grep",
            "kmod", "libc-bin", "libcap2-bin", "login", "mount", "passwd", "procps", "psmisc", "python3", "sed", "tar",
            "util-linux", "iproute2", "strace",
            # the libraries of caprec and capanalyze, for programs that are not linked statically
            "libbpf1", "libcapnp-0.9.2", "libisal2", "libboost-program-options1.74.0", "libdw1", "libelf1", "libstdc++6",
            "libzstd1", "libyaml-cpp0.7", "libiberty-dev", "libseccomp2")
MERGED = ("bin", "sbin", "lib")  # links into /usr, as in any Debian of today


def get(architecture):
    """The folder, made when it is not there; throws archive.Unavailable."""
    import kernel  # which needs this for its initramfs
    folder = os.path.join(kernel.cache_folder(), f"root-{architecture}")
    mark = os.path.join(folder, ".packages")
    wanted = " ".join(PACKAGES) + "\n"
    if os.path.exists(mark):
        with open(mark, encoding="utf-8") as file:
            if file.read() == wanted:
                return folder
    source = archive.Archive(os.path.join(kernel.cache_folder(), "apt"), SUITE, architecture)
    source.update()
    new = folder + ".new"
    shutil.rmtree(new, ignore_errors=True)
    packages = source.download_with_dependencies(PACKAGES, os.path.join(new, ".debs"))
    for name in MERGED:
        os.makedirs(os.path.join(new, "usr", name))
        os.symlink(f"usr/{name}", os.path.join(new, name))
    for package in packages:
        archive.unpack(package, new, ("./usr/share/doc", "./usr/share/man", "./usr/share/locale"))
    shutil.rmtree(os.path.join(new, ".debs"))
    for name in ("passwd", "group"):
        shutil.copy(os.path.join(new, f"usr/share/base-passwd/{name}.master"), os.path.join(new, "etc", name))
    for name in ("dev", "proc", "sys", "run", "tmp", "var/tmp", "mnt", "root", "lib/modules"):
        os.makedirs(os.path.join(new, name), exist_ok=True)
    with open(os.path.join(new, ".packages"), "w", encoding="utf-8") as file:
        file.write(wanted)
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(new, folder)
    return folder
