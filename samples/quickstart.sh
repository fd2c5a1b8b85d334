#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# From a fresh Debian 12 to the first answer: installs what is missing, builds, records samples/chown_nice.sh and
# prints what it needed; then shows gates that catch a new version of a service which needs more.  Run it as root or as
# a user with sudo; the second time it takes a few seconds.
set -eu
cd "$(dirname "$0")/.."

.ci/install-packages build

mkdir -p build
if [ ! -w build ] || { [ -d build/release ] && [ ! -w build/release ]; }; then
    echo 'quickstart: build/ belongs to somebody else; remove it, or run this as its owner' >&2
    exit 1
fi
log=build/quickstart.log
[ -f build/release/build.ninja ] ||
    echo "building: some minutes the first time; tail -f $PWD/$log shows how far it is"
if ! { { [ -f build/release/build.ninja ] || cmake --preset release; } && cmake --build build/release; } > "$log" 2>&1
then
    tail -n 40 "$log" >&2
    echo "quickstart: the build failed; all of its output is in $log" >&2
    exit 1
fi
caprec=build/release/recorder/caprec
capanalyze=build/release/analyzer/capanalyze

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo

trace=build/quickstart.cap
status=0
echo "\$ ${as_root:+$as_root }caprec -o $trace -- samples/chown_nice.sh"
$as_root "$caprec" -o "$trace" -- samples/chown_nice.sh || status=$?
if [ "$status" -eq 125 ]; then
    # caprec has said why on stderr.
    echo "quickstart: nothing could be recorded here; this is a trace that was recorded elsewhere:"
    trace=samples/chown-nice.cap
elif [ "$status" -ne 0 ]; then
    echo "quickstart: the sample itself failed, with status $status; its trace:"
fi

echo
echo "\$ capanalyze $trace"
"$capanalyze" "$trace"

echo
echo "A gate for CI: a small service in two versions (samples/regression), of which the second needs more."
samples/regression/gate.sh build/release

cat <<END

Next:
    ${as_root:+sudo }build/release/recorder/caprec -o my.cap -- COMMAND    record a command of yours
    build/release/analyzer/capanalyze tree $trace    the processes, and what each one used
    build/release/analyzer/capanalyze events $trace  the checks that mattered, one line each
    build/release/analyzer/capanalyze --json $trace  the report for programs
    ${as_root:+sudo }cmake --install build/release    install both, with their man pages
END
