#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on an include that crosses a border between folders, directly or through other headers, on a cycle or an
unused need between the rooms of the analyzer, on a loose file beside them, on a room that grew too large, on a source
of more than 500 lines, and on a hash table of the analyzer whose hash has no seed.

The rooms, and what each needs, stand in analyzer/CMakeLists.txt alone.

usage: check_includes.py ROOT        checks the tree at ROOT
       check_includes.py --self-test shows that each rule finds its violation
"""
import os
import re
import sys
import tempfile

TOP = ("schema", "analyzer", "recorder", "bpf", "tests", "samples")
MOST_LINES, MOST_UNITS = 500, 17
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]*)', re.MULTILINE)

# What a file of these folders includes, and what the headers include that it reaches, must not begin like this, except
# in the last-named folders.
BORDERS = (
    (r"schema/", r'"(analyzer|recorder|bpf|tests)/', None),
    (r"schema/words/", r'"schema/(?!words/)', None),
    (r"analyzer/", r'"(recorder|bpf|tests)/|<bpf/|"[^"]*\.skel\.h', None),
    (r"recorder/", r'"(analyzer|tests)/|"bpf/(?!(event|setting|wire)\.h)', None),
    (r"bpf/", r'"(analyzer|recorder|schema|tests)/|<(capnp|kj|boost|nlohmann|bpf/libbpf)', None),
    (r"(analyzer|recorder|tests)/", r'<(capnp|kj)/|"[^"]*\.capnp\.h', r"tests/(unit/schema|fuzz|support)/"),
    (r"(schema|recorder|bpf|analyzer)/", r"<nlohmann/", r"analyzer/(emit|cgroups)/"),
    (r"(schema|recorder|bpf|analyzer)/", r"<boost/program_options", r"schema/options/"),
    (r"(schema|recorder|bpf|analyzer)/", r"<yaml-cpp/", r"analyzer/policy/"),
    (r"(schema|recorder|bpf|analyzer)/", r"<zlib", r"analyzer/(export/parts|symbols/elf)/"),
    (r"(schema|recorder|bpf|analyzer)/", r"<(libelf|gelf|dwarf|elfutils/|libiberty/|zstd)", r"analyzer/(symbols|pack)/"),
    (r"analyzer/(analysis|classify|compare|emit|policy|words)/", r'"schema/trace_(reader|writer)\.h', None),
    # Answers are plain data to whoever compares or prints them.  Whoever writes single checks down sees them judged,
    # and nothing of what they were judged by.
    (r"analyzer/(compare|emit|policy)/", r'"analyzer/(follow|processes|result|sites)/', r"analyzer/emit/events/"),
    (r"analyzer/(compare|emit|export|policy)/",
     r'"analyzer/(cli|commands|merge|pipeline|processes|traces)/|"analyzer/follow/event_stream\.h', None),
)


def sources(root):
    for top in TOP:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if name.endswith((".cpp", ".h", ".c", ".sh", ".py")):
                    yield os.path.relpath(os.path.join(folder, name), root)


# Keys that the author of a trace chose need a hash with a seed: analyzer/containers/id_hash.h says why.
HASH_TABLE = re.compile(r"unordered_(?:multi)?(?:map|set)<.*")
SEEDED = re.compile(r"[^A-Za-z](Id|Key|Text|GroupKey)Hash>")


def check_hashes(path, text):
    for line in HASH_TABLE.findall(text):
        if not SEEDED.search(line):
            yield f"{path}: {line} (a hash without a seed)"


def rooms_of(text):
    """folder -> what it needs, in the order of the file."""
    rooms = {}
    for words in re.findall(r"^caprec_room\(([^)]*)\)", text, re.MULTILINE):
        words = words.split()
        needs = words[words.index("NEEDS") + 1:] if "NEEDS" in words else []
        rooms[words[0]] = needs[:needs.index("LIBRARIES")] if "LIBRARIES" in needs else needs
    return rooms


def headers_below(path, found):
    """header -> the file that includes it, for each header of ours that `path` reaches.  `found`: path -> includes."""
    by, waiting = {}, [path]
    for file in waiting:
        for include in found[file]:
            name = include[1:]
            for header in (name, os.path.join(os.path.dirname(file), name)):
                if include.startswith('"') and header in found and header != path and header not in by:
                    by[header] = file
                    waiting.append(header)
    return by


def check_borders(path, found):
    by = headers_below(path, found)
    for where, forbidden, unless in BORDERS:
        if not re.match(where, path) or (unless and re.match(unless, path)):
            continue
        for file in (path, *by):
            for include in found[file]:
                if re.match(forbidden, include):
                    way = [file]
                    while way[-1] != path:
                        way.append(by[way[-1]])
                    yield f"{' -> '.join(reversed(way))}: {include} (forbidden here)"


def check_rooms(rooms, found):
    """`found`: path below analyzer/ -> includes."""
    before = set()
    for room, needs in rooms.items():
        for need in needs:
            if need not in before:
                yield f"room {room} needs {need}, which does not stand before it"
        before.add(room)
    used, units = {room: set() for room in rooms}, {room: set() for room in rooms}
    for path, includes in found.items():
        room = os.path.dirname(path)
        if path == "main.cpp":
            continue
        if room not in rooms:
            yield f"analyzer/{path}: in no room of analyzer/CMakeLists.txt"
            continue
        units[room].add(os.path.splitext(path)[0])
        for include in includes:
            if not include.startswith('"analyzer/'):
                continue
            other = os.path.dirname(include[len('"analyzer/'):])
            used[room].add(other)
            if other != room and other not in rooms[room]:
                yield f"analyzer/{path}: {include} (room {room} does not need {other})"
    for room, needs in rooms.items():
        for need in needs:
            if need not in used[room]:
                yield f"room {room} says that it needs {need}, and includes nothing of it"
        if len(units[room]) > MOST_UNITS:
            yield f"room {room} has {len(units[room])} units, more than {MOST_UNITS}"


def check(root):
    problems, found, seen = [], {}, 0
    for path in sorted(sources(root)):
        seen += 1
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            text = file.read()
        lines = text.count("\n")
        if lines > MOST_LINES:
            problems.append(f"{path}: {lines} lines, more than {MOST_LINES}")
        if not path.endswith((".cpp", ".h", ".c")):
            continue
        found[path] = INCLUDE.findall(text)
        if path.startswith("analyzer/"):
            problems += check_hashes(path, text)
    if not seen:
        return [f"no source files in {root}"]
    for path in found:
        problems += check_borders(path, found)
    of_rooms = {path[len("analyzer/"):]: includes for path, includes in found.items() if path.startswith("analyzer/")}
    with open(os.path.join(root, "analyzer", "CMakeLists.txt"), encoding="utf-8") as file:
        problems += check_rooms(rooms_of(file.read()), of_rooms)
    return problems


ROOMS = "caprec_room(words)\ncaprec_room(emit/pieces NEEDS words\n  LIBRARIES zlib)\ncaprec_room(cli)\n"
CASES = (  # must it object?  a file, an include
    (True, "schema/a.cpp", '"analyzer/words/clock_text.h"'),
    (True, "schema/a.cpp", '"bpf/event.h"'),
    (True, "schema/words/a.cpp", '"schema/run_info.h"'),
    (False, "schema/words/a.cpp", '"schema/words/utf8.h"'),
    (False, "recorder/a.cpp", '"schema/words/escape.h"'),
    (True, "analyzer/words/a.cpp", '"recorder/encoder.h"'),
    (True, "analyzer/words/a.cpp", "<bpf/libbpf.h>"),
    (True, "analyzer/words/a.cpp", "<capnp/message.h>"),
    (True, "analyzer/cli/a.cpp", "<boost/program_options.hpp>"),
    (True, "analyzer/words/a.cpp", "<nlohmann/json.hpp>"),
    (True, "analyzer/words/a.cpp", "<zlib.h>"),
    (True, "analyzer/words/a.cpp", "<yaml-cpp/yaml.h>"),
    (True, "analyzer/words/a.cpp", "<elfutils/libdw.h>"),
    (True, "analyzer/words/a.cpp", '"schema/trace_reader.h"'),
    (True, "analyzer/words/a.cpp", '"analyzer/emit/pieces/call_text.h"'),
    (True, "analyzer/emit/pieces/a.cpp", '"analyzer/cli/options.h"'),
    (True, "analyzer/emit/a.cpp", "<vector>"),
    (True, "analyzer/a.cpp", "<vector>"),
    (True, "recorder/a.cpp", '"analyzer/words/clock_text.h"'),
    (True, "recorder/a.cpp", '"bpf/maps.bpf.h"'),
    (True, "recorder/a.cpp", '"trace.capnp.h"'),
    (True, "bpf/a.bpf.c.h", '"schema/event_rows.h"'),
    (True, "bpf/a.bpf.c", "<bpf/libbpf.h>"),
    (False, "analyzer/emit/pieces/a.cpp", '"analyzer/words/clock_text.h"'),
    (False, "analyzer/emit/pieces/a.cpp", "<nlohmann/json.hpp>"),
    (False, "schema/options/a.cpp", "<boost/program_options.hpp>"),
    (False, "schema/a.cpp", "<capnp/message.h>"),
    (False, "recorder/a.cpp", '"bpf/event.h"'),
    (False, "recorder/a.cpp", "<bpf/libbpf.h>"),
    (False, "recorder/a.cpp", '"capture.skel.h"'),
    (False, "bpf/a.bpf.c", "<bpf/bpf_helpers.h>"),
)

# Each include is allowed where it stands; what matters is where they lead to.
CHAIN_ROOMS = (ROOMS + "caprec_room(processes)\ncaprec_room(follow NEEDS processes)\n"
               "caprec_room(emit/events NEEDS follow)\n")
CHAIN_FILES = (
    ("analyzer/emit/events/clean.h", '"analyzer/follow/plain.h"'),
    ("analyzer/follow/plain.h", "<vector>"),
    ("analyzer/follow/with_tree.h", '"analyzer/processes/tree.h"'),
    ("analyzer/processes/tree.h", "<vector>"),
)
CHAINS = (  # must it object?  more files, each with an include
    (False, ()),
    (True, (("analyzer/emit/events/a.h", '"analyzer/follow/with_tree.h"'),)),
    (True, (("analyzer/words/a.cpp", '"schema/a.h"'), ("schema/a.h", '"schema/b.h"'), ("schema/b.h", "<capnp/any.h>"))),
    (False, (("analyzer/words/a.cpp", '"schema/a.h"'), ("schema/a.h", '"schema/b.h"'), ("schema/b.h", "<vector>"))),
    (True, (("recorder/a.cpp", '"bpf/event.h"'), ("bpf/event.h", '"bpf/maps.bpf.h"'))),
    (True, (("recorder/a.cpp", '"schema/a.h"'), ("schema/a.h", '"b.h"'), ("schema/b.h", "<capnp/any.h>"))),
    (False, (("schema/words/a.h", '"schema/words/b.h"'), ("schema/words/b.h", '"schema/words/a.h"'))),
)


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def problems_of(rooms, files):
    with tempfile.TemporaryDirectory() as root:
        write(root, "schema/clean.h", "#include <vector>\n")
        write(root, "analyzer/emit/pieces/clean.cpp", '#include "analyzer/words/clock_text.h"\n')
        write(root, "analyzer/CMakeLists.txt", rooms)
        for path, text in files.items():
            write(root, path, text)
        return check(root)


def self_test():
    tries = [(bad, {path: f"#include {include}\n"}, ROOMS) for bad, path, include in CASES]
    for bad, files in CHAINS:
        tries.append((bad, {path: f"#include {include}\n" for path, include in (*CHAIN_FILES, *files)}, CHAIN_ROOMS))
    tries += [
        (False, {}, ROOMS),
        (True, {"analyzer/words/a.h": "std::unordered_map<std::uint64_t, const Process*> processes_;\n"}, ROOMS),
        (True, {"analyzer/words/a.h": "std::unordered_set<Kind, KindHash> seen_;\n"}, ROOMS),
        (False, {"analyzer/words/a.h": "std::unordered_set<Kind, KeyHash> seen_;\n"}, ROOMS),
        (False, {"recorder/a.h": "std::unordered_map<std::uint64_t, Id> young_;\n"}, ROOMS),
        (True, {"schema/long.h": "//\n" * (MOST_LINES + 1)}, ROOMS),
        (True, {f"analyzer/words/a{n}.h": "" for n in range(MOST_UNITS + 1)}, ROOMS),
        (True, {}, "caprec_room(emit/pieces NEEDS words)\ncaprec_room(words)\ncaprec_room(cli)\n"),
        (True, {}, ROOMS + "caprec_room(files NEEDS words)\n"),
    ]
    for bad, files, rooms in tries:
        problems = problems_of(rooms, files)
        if bool(problems) != bad:
            sys.exit(f"self-test: {files}: {problems or 'nothing'}")
    with tempfile.TemporaryDirectory() as root:
        if not check(root):
            sys.exit("self-test: an empty tree passed")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        self_test()
        return
    problems = check(sys.argv[1])
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
