#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Records both versions of the small service beside this script and shows two gates that its second version does not
# pass: it needs more than its unit allows, and more than the first version.
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

# Where nothing can be recorded, traces from elsewhere take their place.
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

# Prints a command, its output and its exit status, which must be the first argument.
expect() {
    wanted=$1
    meaning=$2
    shift 2
    echo
    echo "\$ capanalyze $*"
    status=0
    "$build/analyzer/capanalyze" "$@" || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "gate: its exit status should be $wanted, and was $status" >&2
        exit 1
    fi
    echo "(exit status $status: $meaning)"
}

old=$(trace_of 1)
$as_root rm -f "$spool/reports"
new=$(trace_of 2)
expect 0 "the old version fits its unit" check "$old" --policy "$here/spoold.service"
expect 1 "the new one does not: the build fails" check "$new" --policy "$here/spoold.service"
expect 1 "it needs more than the old one: the build fails" diff "$old" "$new"
