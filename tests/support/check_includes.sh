#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Fails on an include that crosses a border between the parts, on a source file of more than 500 lines, and on a hash
# table of the analyzer whose hash has no seed.
# usage: check_includes.sh ROOT        check the tree at ROOT
#        check_includes.sh --self-test  check that each rule finds its violation
set -eu

# Files (extended regular expression on the path), then includes that they must not have, then the exception.
rules() {
    cat <<'TABLE'
^schema/                         "(analyzer|recorder|bpf|tests)/                                           ^$
^schema/words/                   "schema/([^w]|w[^o])                                                       ^$
^analyzer/                       "(recorder|bpf|tests)/|<bpf/|\.skel\.h                                    ^$
^recorder/                       "(analyzer|tests)/|"bpf/([^e]|e[^v])                                      ^[^:]*:[0-9]*:.*\.skel\.h
^bpf/                            "(analyzer|recorder|schema|tests)/|<(capnp|kj|boost|nlohmann|bpf/libbpf)  ^$
^(analyzer|recorder|tests)/      <(capnp|kj)/|\.capnp\.h                                                   ^tests/(unit/schema|fuzz|support)/
^(schema|recorder|bpf|analyzer)/ <nlohmann/                                                                ^analyzer/emit/[^:]*json
^(schema|recorder|bpf|analyzer)/ <boost/program_options                                                    ^(analyzer|recorder)/option(s|_parser)\.
^(schema|recorder|bpf|analyzer)/ <yaml-cpp/                                                                ^analyzer/policy/yaml\.cpp:
^(schema|recorder|bpf|analyzer)/ <zlib                                                                     ^analyzer/(export/gzip|symbols/section_contents)\.
^analyzer/(classify|emit)/       "schema/trace_(reader|writer)\.h                                          ^analyzer/(emit/trace_facts|classify/classifier)\.
^analyzer/emit/                  "analyzer/(pipeline|process_tree|attribution|commands|classify|export)  ^$
^analyzer/policy/                "analyzer/(commands|classify|emit|export|symbols|judge|option|pipeline)      ^$
^analyzer/export/                "analyzer/(commands|classify|judge|option)                                ^$
^analyzer/symbols/               "analyzer/([^si]|s[^y]|i[^d])                                              ^$
^(schema|recorder|bpf|analyzer)/ <(libelf|gelf|dwarf|elfutils/|libiberty/|zstd)                             ^analyzer/symbols/
TABLE
}

check() {
    cd "$1"
    files=$(find schema analyzer recorder bpf tests samples -type f \
        \( -name '*.cpp' -o -name '*.h' -o -name '*.c' -o -name '*.sh' -o -name '*.py' \) 2>/dev/null) || true
    [ -n "$files" ] || { echo "check_includes: no source files in $1" >&2; return 2; }
    found=$(
        # shellcheck disable=SC2086  # the file names are ours: no blanks
        grep -nE '^[[:space:]]*#[[:space:]]*include' $files /dev/null > "$2"
        rules | while read -r where forbidden unless; do
            awk -F: -v where="$where" '$1 ~ where' "$2" | grep -E -e "include[[:space:]]*[^:]*($forbidden)" |
                grep -vE -e "${unless:?}" | sed 's/$/   (forbidden here)/'
        done
        # What is chosen by whoever wrote a trace needs a hash with a seed (analyzer/id_hash.h says why).
        # shellcheck disable=SC2086
        grep -nE 'unordered_(multi)?(map|set)<' $files /dev/null | grep -E '^analyzer/' |
            grep -vE '[^A-Za-z](Id|Key|Text)Hash>' | sed 's/$/   (a hash without a seed)/'
        # shellcheck disable=SC2086
        wc -l $files | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, more than 500" }'
    )
    [ -z "$found" ] || { echo "$found"; return 1; }
}

self_test() {
    # Each line: a file, an include line, and whether the check must object.
    while read -r expected file line; do
        rm -rf "$1/tree" && mkdir -p "$1/tree/schema" "$(dirname "$1/tree/$file")"
        echo '#include <vector>' > "$1/tree/schema/clean.h"
        printf '%s\n' "$line" > "$1/tree/$file"
        actual=ok
        (check "$1/tree" "$1/includes") > "$1/output" 2>&1 || actual=bad
        [ "$actual" = "$expected" ] || { echo "self-test: $file with $line: $actual, not $expected"; return 1; }
    done <<'TABLE'
bad schema/a.cpp            #include "analyzer/analysis.h"
bad schema/a.cpp            # include "bpf/event.h"
bad analyzer/a.cpp          #include "recorder/encoder.h"
bad analyzer/deep/a.h       #include "bpf/event.h"
bad analyzer/a.cpp          #include <bpf/libbpf.h>
bad recorder/a.cpp          #include "analyzer/analysis.h"
bad recorder/a.cpp          #include "bpf/maps.bpf.h"
bad bpf/a.bpf.c             #include "schema/event_rows.h"
bad bpf/a.bpf.c             #include <bpf/libbpf.h>
bad analyzer/a.cpp          #include <capnp/message.h>
bad recorder/a.cpp          #include "trace.capnp.h"
bad analyzer/emit/text.cpp  #include <nlohmann/json.hpp>
bad analyzer/report.cpp     #include <boost/program_options.hpp>
bad analyzer/classify/rule.h #include "schema/trace_reader.h"
bad analyzer/emit/text.cpp  #include "analyzer/pipeline.h"
bad analyzer/emit/text.cpp  #include "schema/trace_reader.h"
bad analyzer/export/a.cpp   #include <zlib.h>
ok  analyzer/export/gzip.cpp #include <zlib.h>
ok  analyzer/symbols/section_contents.cpp #include <zlib.h>
bad analyzer/symbols/a.cpp  #include <zlib.h>
bad analyzer/policy/a.cpp   #include <yaml-cpp/yaml.h>
bad analyzer/emit/text.cpp  #include <yaml-cpp/yaml.h>
ok  analyzer/policy/yaml.cpp #include <yaml-cpp/parser.h>
bad analyzer/policy/a.cpp   #include "analyzer/emit/escape.h"
ok  analyzer/policy/a.cpp   #include "analyzer/default_sets.h"
bad analyzer/export/a.cpp   #include "analyzer/commands/input.h"
bad analyzer/emit/text.cpp  #include "analyzer/export/samples.h"
ok  analyzer/export/a.cpp   #include "schema/trace_reader.h"
bad analyzer/symbols/a.cpp  #include "analyzer/emit/escape.h"
bad analyzer/symbols/a.cpp  #include "analyzer/user_stacks.h"
bad analyzer/user_stacks.h  #include <elfutils/libdw.h>
ok  analyzer/symbols/a.cpp  #include <elfutils/libdw.h>
ok  analyzer/symbols/a.cpp  #include "analyzer/id_hash.h"
ok  schema/a.cpp            #include <capnp/message.h>
bad schema/words/a.cpp      #include "schema/run_info.h"
ok  schema/words/a.cpp      #include "schema/words/utf8.h"
ok  recorder/a.cpp          #include "schema/words/escape.h"
ok  recorder/a.cpp          #include "bpf/event.h"
ok  recorder/a.cpp          #include <bpf/libbpf.h>
ok  bpf/a.bpf.c             #include <bpf/bpf_helpers.h>
ok  analyzer/emit/json.cpp  #include <nlohmann/json.hpp>
ok  analyzer/options.cpp    #include <boost/program_options.hpp>
ok  analyzer/pipeline.cpp   #include "schema/trace_reader.h"
bad analyzer/emit/text.cpp  std::unordered_map<std::uint64_t, const Process*> processes_;
bad analyzer/a.h            std::unordered_set<Kind, KindHash> seen_;
ok  analyzer/a.h            std::unordered_set<Kind, KeyHash> seen_;
ok  analyzer/a.h            void release(std::unordered_map<std::uint64_t, Waiting, IdHash>::iterator thread);
ok  recorder/a.h            std::unordered_map<std::uint64_t, Id> young_;
TABLE
    yes '//' | head -n 501 > "$1/tree/schema/long.h"
    if (check "$1/tree" "$1/includes") >/dev/null; then echo 'self-test: a long file passed'; return 1; fi
    if (check "$1/empty" "$1/includes") >/dev/null 2>&1; then echo 'self-test: an empty tree passed'; return 1; fi
}

[ $# -eq 1 ] || { echo "usage: $0 ROOT | --self-test" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/empty"
if [ "$1" = --self-test ]; then self_test "$work"; else (check "$1" "$work/includes"); fi
