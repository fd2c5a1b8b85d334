#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Runs clang-tidy over the library and program sources of a build directory (default build/dev).  Sources that have
# not changed since they last passed are left out; after a change of a header all are checked.
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build/dev}
stamp=$build/clang-tidy.passed

sources() { find schema analyzer recorder -name '*.cpp' "$@"; }
if [ -f "$stamp" ] && [ -z "$(find schema analyzer recorder bpf .clang-tidy -name '*.bpf.*' -prune -o \
    \( -name '*.h' -o -name '*.capnp' -o -name .clang-tidy \) -newer "$stamp" -print)" ]; then
    files=$(sources -newer "$stamp")
    [ -n "$files" ] || { echo 'nothing changed since it last passed'; exit 0; }
else
    files=$(sources)
fi

started=$(mktemp)
trap 'rm -f "$started" "$started.log"' EXIT
# shellcheck disable=SC2086  # the file names are ours: no blanks
if ! echo $files | tr ' ' '\n' | xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p "$build" \
    --extra-arg=-Wno-unknown-warning-option > "$started.log" 2>&1
then
    grep -vE '^[0-9]+ warnings? (generated|and)|^Suppressed|^Use -header-filter|^$' "$started.log"
    exit 1
fi
touch -r "$started" "$stamp"
