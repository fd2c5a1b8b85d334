#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over the library and program sources of a build directory (default build/static).

Most of its time goes into the standard's headers and into long searches for paths.  So the sources of a folder are put
into one file and checked together, and a search for paths through a function ends sooner than by default.  Folders whose sources have not changed since they last passed are left out; after a change of a header all
are checked.
usage: check_tidy.py [BUILD]
"""
import bisect
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parents[2]
roots = ("schema", "analyzer", "recorder")
one_by_one = {"analyzer/commands"}  # each has an `option_rows` and an `Options` of its own
analyzer_options = ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=30000")  # 225,000 by default
noise = re.compile(r"^\d+ warnings? (generated|and)|^Suppressed|^Use -header-filter|^$")


def flags_of(entry):
    """The arguments that say how a source is read: not its name, and no option that only the other compiler knows."""
    words = shlex.split(entry["command"])[1:]
    kept = []
    skip = False
    for word in words:
        if skip or word == "-c" or word == entry["file"]:
            skip = False
        elif word == "-o":
            skip = True
        else:
            kept.append(word)
    return tuple(kept)


def groups_of(build):
    """[(name, flags, [source])]: the sources that can be checked together."""
    groups = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if source.suffix != ".cpp" or not source.is_relative_to(top) or source.is_relative_to(build):
            continue
        name = source.relative_to(top)
        if name.parts[0] not in roots:
            continue
        folder = str(name.parent)
        flags = flags_of(entry)
        mains = name.name == "main.cpp" or folder in one_by_one
        groups.setdefault((str(name) if mains else folder, flags), []).append(name)
    return [(name, flags, sorted(set(sources))) for (name, flags), sources in groups.items()]


class Unit:
    def __init__(self, folder, number, name, flags, sources):
        stem = re.sub(r"\W", "_", name)
        self.sources = sources
        self.flags = flags
        self.path = folder / f"{stem}.{number}.cpp"
        self.stamp = folder / f"{stem}.{number}.passed"
        self.starts = []  # for each source, the line before its first
        lines = 0
        texts = []
        for source in sources:
            text = (top / source).read_text()
            self.starts.append(lines)
            lines += text.count("\n")
            texts.append(text)
        self.text = "".join(texts)

    def passed(self, newest_header):
        return (self.stamp.exists() and self.stamp.read_text() == self.checked()
                and self.stamp.stat().st_mtime > newest_header)

    def checked(self):
        return "\n".join([*self.flags, self.text])

    def place(self, line):
        index = bisect.bisect_left(self.starts, line) - 1
        return f"{self.sources[index]}:{line - self.starts[index]}"

    def check(self):
        """The findings, as lines of the sources; empty when there are none."""
        self.path.write_text(self.text)
        started = self.path.stat().st_mtime
        run = subprocess.run(
            ["clang-tidy", "--quiet", f"--config-file={top / '.clang-tidy'}", str(self.path), "--", *self.flags,
             "-Wno-unknown-warning-option", *analyzer_options],
            cwd=top, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.returncode == 0:
            self.stamp.write_text(self.checked())
            os.utime(self.stamp, (started, started))
            return ""
        own = re.compile(re.escape(str(self.path)) + r":(\d+)")
        lines = [own.sub(lambda match: self.place(int(match[1])), line) for line in run.stdout.splitlines()]
        return "\n".join(line for line in lines if not noise.search(line)) or f"clang-tidy ended with {run.returncode}"


def main():
    build = (top / (sys.argv[1] if len(sys.argv) > 1 else "build/static")).resolve()
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    headers = [path for root in (*roots, "bpf") for path in (top / root).rglob("*")
               if path.suffix in (".h", ".capnp") and ".bpf." not in path.name]
    newest = max(path.stat().st_mtime for path in [*headers, top / ".clang-tidy", pathlib.Path(__file__)])
    units = [Unit(folder, number, *group) for number, group in enumerate(sorted(groups_of(build)))]
    if not units:
        sys.exit(f"{build}: it has no sources of ours")
    left = sorted((unit for unit in units if not unit.passed(newest)), key=lambda unit: -len(unit.text))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings = [text for text in pool.map(Unit.check, left) if text]
    print("\n".join(findings) if findings else f"{sum(len(unit.sources) for unit in left)} sources checked")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
