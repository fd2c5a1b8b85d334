#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records both versions of the small service beside this script and shows two gates that its second version does not
# pass: it needs more than the first one, and more than its unit allows.
# usage: gate.sh BUILD-FOLDER       as root or as a user with sudo; leaves BUILD-FOLDER/spoold-1.cap and spoold-2.cap
# Exit status: 0 both gates caught it; 1 one did not.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 BUILD-FOLDER" >&2; exit 2; }
build=$1
here=$(dirname "$0")
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
spool=$(mktemp -d)
trap 'rm -rf "$spool"' EXIT

# Where nothing can be recorded, traces that were recorded elsewhere do.
trace_of() {
    status=0
    $as_root "$build/recorder/caprec" -q -o "$build/spoold-$1.cap" -- \
        "$build/samples/regression/$1/spoold" "$spool/reports" 2> "$spool/messages" || status=$?
    case $status in
        0) echo "$build/spoold-$1.cap" ;;
        125) echo "$here/spoold-$1.cap" ;;
        *) cat "$spool/messages" >&2; return 1 ;;
    esac
}

# Prints a command and its output.  A gate that catches something says 1.
expect_a_catch() {
    echo
    echo "\$ capanalyze $*"
    status=0
    "$build/analyzer/capanalyze" "$@" || status=$?
    if [ "$status" -ne 1 ]; then
        echo "gate: it should have been caught, with exit status 1; this was $status" >&2
        exit 1
    fi
    echo "(exit status 1: the build fails)"
}

old=$(trace_of 1)
$as_root rm -f "$spool/reports"
new=$(trace_of 2)
expect_a_catch diff "$old" "$new"
