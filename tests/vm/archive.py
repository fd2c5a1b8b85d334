# SPDX-License-Identifier: Apache-2.0
"""Packages of Debian's archive, of any suite and architecture, by an apt that has its own sources, lists and cache.

The machine's packages, sources and architectures are neither used nor changed.  Only the way to the archive is the
machine's own: mirrors, proxies, and passwords for them.
"""
import os
import re
import shutil
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# A package list is made of these; the archive's newer suites are signed by keys that the older keyrings have as well.
RELEASES = r"(?:bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)"


class Unavailable(Exception):
    """Something wanted cannot be had here; the text says why.  The tests that need it are skipped."""


def run(words, what, **options):
    """Runs a program and returns its output; when it fails, its error output becomes the text of Unavailable."""
    try:
        result = subprocess.run(words, capture_output=True, check=False, stdin=subprocess.DEVNULL, **options)
    except OSError as error:
        raise Unavailable(f"{what}: {words[0]}: {error.strerror}") from error
    if result.returncode != 0:
        said = result.stderr.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"{what}: " + " / ".join(said[-3:] or [f"{words[0]} failed"]))
    return result.stdout


def machine():
    """The machine's architecture, in Debian's words."""
    return run(["dpkg", "--print-architecture"], "dpkg").decode().strip()


def mirrors():
    """The machine's mirrors of the main archive and of the security archive."""
    found = {}
    targets = run(["apt-get", "indextargets", "--no-release-info", "--format", "$(SITE) $(RELEASE)",
                   "Identifier: Packages"], "apt-get indextargets")
    for line in targets.decode().splitlines():
        site, release = line.split(" ", 1)
        match = re.fullmatch(RELEASES + r"(-security|/updates)?(-updates|-backports)?", release)
        if match:
            found.setdefault("security" if match[1] else "main", site)
    if "main" not in found:
        raise Unavailable("no mirror of Debian is among the machine's package sources")
    # A machine without security updates still may have the mirror of both under one roof.
    found.setdefault("security", found["main"].rstrip("/") + "-security")
    return found


class Archive:
    """One suite for one architecture.  `folder` is its own, and may be kept: the lists are then not fetched again."""

    def __init__(self, folder, suite, architecture):
        self.suite, self.folder = suite, os.path.join(os.path.abspath(folder), f"{suite}-{architecture}")
        for name in ("lists/partial", "cache/archives/partial", "etc"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        site = mirrors()["security" if suite.endswith("-security") else "main"]
        signed = f" signed-by={KEYRING}" if os.path.exists(KEYRING) else ""
        self.write("etc/sources.list", f"deb [arch={architecture}{signed}] {site} {suite} main\n")
        self.write("status", "")
        # apt reads this file first and the machine's apt.conf.d after it, so that proxies are known.  Settings that
        # must differ from the machine's stand on the command line, which is last.
        self.write("etc/apt.conf", f'APT::Architecture "{architecture}";\nAPT::Architectures {{ "{architecture}"; }};\n')
        settings = {
            "Dir::State": self.folder, "Dir::State::lists": self.path("lists"), "Dir::State::status": self.path("status"),
            "Dir::Cache": self.path("cache"), "Dir::Etc::sourcelist": self.path("etc/sources.list"),
            "Dir::Etc::sourceparts": "/dev/null", "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null", "APT::Architecture": architecture,
            "APT::Get::List-Cleanup": "true", "Acquire::Languages": "none", "Acquire::Retries": "3",
            "Acquire::http::Timeout": "60", "APT::Sandbox::User": "root", "APT::Install-Recommends": "false",
            "APT::Keep-Downloaded-Packages": "true", "Debug::NoLocking": "true", "APT::Update::Post-Invoke::": "true",
        }
        self.options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def apt(self, program, *words):
        what = next(word for word in words if not word.startswith("-"))
        return run([program, *self.options, "-q", *words], f"{program} {what} ({self.suite})", cwd=self.path("cache"),
                   env={**os.environ, "APT_CONFIG": self.path("etc/apt.conf"), "LC_ALL": "C"}).decode(errors="replace")

    def update(self):
        self.apt("apt-get", "-y", "update", "--error-on=any")

    def newest(self, pattern):
        """The name of the package with the highest version in its name, None when the suite has none."""
        names = self.apt("apt-cache", "pkgnames", "linux-image-").split()
        names = [name for name in names if re.fullmatch(pattern, name)]
        return max(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)], default=None)

    def dependencies(self, package, pattern):
        """The packages that this one depends on whose names match."""
        listed = self.apt("apt-cache", "depends", "--no-recommends", "--no-suggests", package)
        return [name for name in re.findall(r"Depends: (\S+)", listed) if re.fullmatch(pattern, name)]

    def download(self, packages, folder):
        """Fetches these packages alone, checked against the archive's signature, into the folder."""
        os.makedirs(folder, exist_ok=True)
        before = set(os.listdir(self.path("cache")))
        self.apt("apt-get", "download", *packages)
        return self.move(folder, self.path("cache"), before)

    def download_with_dependencies(self, packages, folder):
        """Fetches these packages and all that they need on an empty machine."""
        os.makedirs(folder, exist_ok=True)
        self.apt("apt-get", "-y", "--download-only", "install", *packages)
        return self.move(folder, self.path("cache/archives"), set())

    @staticmethod
    def move(folder, source, before):
        found = []
        for name in sorted(set(os.listdir(source)) - before):
            if name.endswith(".deb"):
                found.append(shutil.move(os.path.join(source, name), os.path.join(folder, name)))
        return found


def unpack(package, folder, leave_out=()):
    """Unpacks a package's files; nothing of it is run."""
    os.makedirs(folder, exist_ok=True)
    options = [word for pattern in leave_out for word in ("--exclude", pattern)]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as files:
        result = subprocess.run(["tar", "-x", "-C", folder, "--no-same-owner", "--keep-directory-symlink", *options],
                                stdin=files.stdout, capture_output=True, check=False)
    if result.returncode != 0 or files.returncode != 0:
        raise Unavailable(f"unpacking {os.path.basename(package)}: {result.stderr.decode(errors='replace').strip()}")
